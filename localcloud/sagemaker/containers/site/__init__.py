"""What the one-machine cloud lays into the environment of its job processes."""
