"""Which images show the same picture: mirrored, resized or encoded anew. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inference_code.preprocessing import FloatArray
from training_code.model.features import of_length_one

SIDE = 16  # pixels of a thumbnail
# Copies correlate by 0.98 and more, different photos by 0.85 at most, drawings of one kind by 0.965
# (docs/decisions/0040).
LEAST_CORRELATION = 0.97
# Plain pictures (white ground, one thing in the middle) may look alike when they are this small:
# the network, which sees more, must not find them different.
LEAST_COSINE = 0.75
BLOCK = 256  # images compared with all others at a time


@dataclass(frozen=True)
class Likeness:
    """Two images that show the same, the one seen earlier first."""

    first: int
    second: int
    correlation: float  # of the thumbnails, the better of plain and mirrored


def thumbnail(image: Image.Image) -> NDArray[np.uint8]:
    """[16, 16] of grey, whatever the shape of the image was."""
    return np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX))


def near_duplicates(vectors: FloatArray, thumbnails: NDArray[np.uint8]) -> list[Likeness]:
    """Pairs among n images, by vectors [n, dimension] and thumbnails [n, 16, 16]; surest first."""
    units = of_length_one(vectors)
    flat = thumbnails.reshape(len(thumbnails), -1)
    plain = _standardised(flat)
    mirrored = _standardised(thumbnails[:, :, ::-1].reshape(len(thumbnails), -1))
    found = [
        pair
        for start in range(0, len(plain), BLOCK)
        for pair in _pairs_of(start, units, plain, mirrored)
    ]
    return sorted(found, key=lambda pair: (-pair.correlation, pair.first, pair.second))


def _pairs_of(
    start: int, units: FloatArray, plain: FloatArray, mirrored: FloatArray
) -> list[Likeness]:
    """Those of a block with what comes after each of its images."""
    block = plain[start : start + BLOCK]
    # Only what follows: each pair is met once.
    alike = np.maximum(block @ plain[start:].T, block @ mirrored[start:].T)
    firsts, seconds = np.nonzero(np.triu(alike >= LEAST_CORRELATION, 1))
    return [
        Likeness(start + int(one), start + int(other), round(float(alike[one, other]), 4))
        for one, other in zip(firsts, seconds, strict=True)
        if units[start + one] @ units[start + other] >= LEAST_COSINE
    ]


def _standardised(pixels: NDArray[np.uint8]) -> FloatArray:
    """[n, pixels] to mean 0 and length 1, so that products are correlations; 0 for one colour."""
    centred = pixels - pixels.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    standardised: FloatArray = (centred / np.maximum(lengths, 1e-6)).astype(np.float32)
    return standardised
