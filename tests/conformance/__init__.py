"""What others have published, unmodified, against the local cloud: `make conformance`."""
