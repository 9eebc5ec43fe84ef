"""The rules that watch a training: what its rows say goes wrong, and whether that ends it."""
