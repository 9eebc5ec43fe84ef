"""Classifies images from a model's own card: numpy, Pillow, onnxruntime, nothing else of Kennel."""
