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


def of_decoders() -> dict[str, str]:
    """This process's own, and that memory is kept from photo to photo.

    To take it anew each time is a fifth of the work. The first variable is Pillow's, the others
    are the C library's.
    """
    kept = {
        "PILLOW_BLOCKS_MAX": "4",
        "MALLOC_MMAP_THRESHOLD_": str(64 * 1024 * 1024),
        "MALLOC_TRIM_THRESHOLD_": str(128 * 1024 * 1024),
    }
    return {**os.environ, **kept}
