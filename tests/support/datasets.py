"""Small data sets drawn for the tests of preparation and training."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

COLOURS = {"001.Red_setter": (200, 40, 30), "002.Blue_heeler": (40, 60, 200)}


def picture(folder: str, number: int, kind: str = "JPEG") -> bytes:
    """A coloured blot on a noisy ground: separable, and never the same twice."""
    random = np.random.default_rng((sum(folder.encode()), number))
    ground = Image.fromarray(random.integers(60, 200, (60, 80, 3)).astype(np.uint8))
    left, top = random.integers(2, 20, 2)
    colour = COLOURS.get(folder, (40, 200, 60))
    ImageDraw.Draw(ground).ellipse((left, top, left + 45, top + 35), fill=colour)
    stream = io.BytesIO()
    ground.save(stream, kind)
    return stream.getvalue()


def split_dataset(train: int = 8, held_out: int = 4) -> dict[str, bytes]:
    """Members of a zip with two classes and a split of its own."""
    counts = {"train": train, "valid": held_out, "test": held_out}
    starts = {"train": 0, "valid": 100, "test": 200}
    return {
        f"dogs/{split}/{folder}/{number}.jpg": picture(folder, starts[split] + number)
        for split, count in counts.items()
        for folder in COLOURS
        for number in range(count)
    }


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    """The members as a zip."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path
