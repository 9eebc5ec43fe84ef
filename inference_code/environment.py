"""What the container is told by its environment; read nowhere else."""

from __future__ import annotations

import os


def region() -> str | None:
    """As the model's own environment says; None leaves it to the AWS client."""
    return os.environ.get("SAGEMAKER_REGION")


def processors() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
