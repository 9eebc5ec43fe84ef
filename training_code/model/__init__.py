"""The network: backbone, weights, features, head, and the artifact that serves."""
