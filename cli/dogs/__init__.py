"""Cartoon dogs: what the drawn data set and the demo's fresh images are made of."""
