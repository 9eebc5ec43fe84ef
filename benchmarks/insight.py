"""What of planted label errors and changed copies the preparation finds.

Labels of a data set are made wrong at random, and copies of its images are mirrored and resized;
then it is told what share of them is found, and how many other pairs are called copies. The exit
status is 1 if less is found than is wanted.

    make setup && .venv/bin/python -m benchmarks.insight ZIP --weights mobilenet_v2.pth
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps

from inference_code.photos import read_photo
from inference_code.preprocessing import FloatArray
from training_code.data.label_errors import suspect_labels
from training_code.data.near_duplicates import near_duplicates, thumbnail
from training_code.model.backbone import Backbone, build_backbone
from training_code.model.device import channels_last, extract

WRONG = 0.05  # of the labels
LOOKED_AT = 0.1  # of the list
SEEDS = 10
LEAST_ERRORS, LEAST_COPIES, MOST_FALSE = 0.8, 0.99, 1e-5
MOST_PIECES = 64


@dataclass(frozen=True)
class Seen:
    """What the preparation keeps of n images."""

    vectors: FloatArray
    thumbnails: NDArray[np.uint8]

    def beside(self, other: Seen) -> Seen:
        return Seen(
            np.concatenate([self.vectors, other.vectors]),
            np.concatenate([self.thumbnails, other.thumbnails]),
        )

    def copies(self) -> set[tuple[int, int]]:
        return {(p.first, p.second) for p in near_duplicates(self.vectors, self.thumbnails)}


def _see(pictures: Sequence[Image.Image], backbone: Backbone) -> Seen:
    def pieces() -> Iterator[torch.Tensor]:
        for start in range(0, len(pictures), MOST_PIECES):
            part = pictures[start : start + MOST_PIECES]
            views = np.stack([backbone.preprocessing.apply(picture) for picture in part])
            yield extract(backbone.network, torch.from_numpy(views))

    vectors = torch.cat([*pieces()]).numpy()
    return Seen(vectors, np.stack([thumbnail(picture) for picture in pictures]))


def _encoded(picture: Image.Image) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=80)
    return read_photo(stream.getvalue()).pixels


def _resized(picture: Image.Image) -> Image.Image:
    return picture.resize((max(32, picture.width * 6 // 10), max(32, picture.height * 6 // 10)))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "mirrored": ImageOps.mirror,
    "resized": _resized,
}


def _label_errors(vectors: FloatArray, labels: NDArray[np.int64]) -> list[float]:
    """The share of planted errors in the first part of the list, for each seed."""
    found = []
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        wrong = random.choice(len(labels), round(WRONG * len(labels)), replace=False)
        classes = labels.max() + 1
        planted = labels.copy()
        planted[wrong] = (planted[wrong] + random.integers(1, classes, len(wrong))) % classes
        first = suspect_labels(vectors, planted).ranked()[: round(LOOKED_AT * len(labels))]
        found.append(float(np.isin(wrong, first).mean()))
    return found


def _read(path: Path) -> tuple[list[Image.Image], NDArray[np.int64]]:
    """Pictures, and the numbers of their classes: the folders that they lie in."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        pictures = [read_photo(archive.read(name)).pixels for name in names]
    folders = [name.split("/")[-2] for name in names]
    return pictures, np.unique(folders, return_inverse=True)[1].astype(np.int64)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("zip", type=Path, help="class folders with images, zipped")
    parser.add_argument("--backbone", default="mobilenet_v2")
    parser.add_argument("--weights", type=Path, default=Path("no-weights"), help="else torchvision")
    given = parser.parse_args()
    pictures, labels = _read(given.zip)
    backbone = build_backbone(given.backbone, "auto", given.weights)
    channels_last(backbone.network)
    plain = _see(pictures, backbone)

    errors = _label_errors(plain.vectors, labels)
    print(
        f"{WRONG:.0%} wrong labels: {np.mean(errors):.1%} of them in the first {LOOKED_AT:.0%} of "
        f"the list ({SEEDS} seeds, {min(errors):.1%} to {max(errors):.1%})"
    )
    enough = bool(np.mean(errors) >= LEAST_ERRORS)
    for name, change in CHANGES.items():
        copies = _see([_encoded(change(picture)) for picture in pictures], backbone)
        pairs = plain.beside(copies).copies()
        count = len(pictures)
        found = sum((n, n + count) in pairs for n in range(count)) / count
        print(f"{name} copies: {found:.1%} of {count} found")
        enough &= found >= LEAST_COPIES
    others, among = len(plain.copies()), len(pictures) * (len(pictures) - 1) // 2
    print(f"pairs among the originals that are called copies: {others} of {among:,}")
    return 0 if enough and others <= max(1.0, MOST_FALSE * among) else 1


if __name__ == "__main__":
    sys.exit(main())
