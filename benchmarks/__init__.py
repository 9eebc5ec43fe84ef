"""Measurements: by hand, as each takes minutes of a machine that does nothing else."""
