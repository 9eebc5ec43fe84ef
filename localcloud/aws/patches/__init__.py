"""What the local cloud changes in moto, by service, each with its reason."""
