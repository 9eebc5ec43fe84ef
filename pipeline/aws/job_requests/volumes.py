"""How large the volumes of jobs must be: for what is downloaded and what is written. Pure."""

from __future__ import annotations

import math

from pipeline.run import Run
from pipeline.service_limits import GIBIBYTE

# For code, packages, models and reports, whatever the data set is.
ROOM_GB = 30
# The longest vector of torchvision's networks has 7,392 numbers of four bytes.
VECTOR_BYTES = 32 * 1024


def preparation_gb(run: Run) -> int:
    """The zip, test images out of it (all but a few, if the data set says so), and the features."""
    return ROOM_GB + 2 * _zip_gb(run) + _features_gb(run)


def tuning_gb(run: Run) -> int:
    return ROOM_GB + _features_gb(run)


def training_gb(run: Run) -> int:
    return ROOM_GB + _zip_gb(run) + _features_gb(run)


def _zip_gb(run: Run) -> int:
    return math.ceil(run.upload.size / GIBIBYTE)


def _features_gb(run: Run) -> int:
    """Of every view of every image, by each backbone: at most, as nobody has counted yet."""
    vectors = sum(run.dataset.counts.values()) * run.settings.views * len(run.settings.backbones)
    return math.ceil(vectors * VECTOR_BYTES / GIBIBYTE)
