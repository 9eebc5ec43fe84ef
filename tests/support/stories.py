"""Settings and images that several stories use."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

# The smallest budget with which every stage really does its work.
THIN: dict[str, Any] = {
    "backbone": "squeezenet1_1",
    "weights": "none",
    "views": 2,
    "tuning_jobs": 2,
    "tuning_parallel": 2,
    "tuning_epochs": 3,
    "epochs": 1,
}

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def photos_in(archive: bytes, split: str = "test") -> dict[str, bytes]:
    """Name to content of the images of one split."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {
            name: opened.read(name)
            for name in opened.namelist()
            if f"/{split}/" in name and not name.endswith("/")
        }


def with_damaged_images(archive: bytes) -> bytes:
    """The same zip, every image of it cut short."""
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as opened, zipfile.ZipFile(damaged, "w") as written:
        for name in opened.namelist():
            written.writestr(name, opened.read(name)[:200])
    return damaged.getvalue()
