"""Prepares data sets, tunes and trains. Runs in SageMaker's PyTorch training container."""
