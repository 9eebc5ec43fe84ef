"""Classifies images from a model's own card: numpy, Pillow and onnxruntime, nothing of the rest of Kennel."""
