"""HTTP on loopback: what every front of the local cloud listens with."""
