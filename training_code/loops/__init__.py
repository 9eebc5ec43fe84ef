"""The loops that learn: a head on features, a network on images."""
