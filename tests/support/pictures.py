"""Pictures drawn for the tests of decoding and preprocessing."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def photo_like(width: int, height: int) -> Image.Image:
    """Smooth colours with noise: what resizing must get right."""
    random = np.random.default_rng(width * height)
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    smooth = np.stack([x, y, 1 - x * y], axis=-1) * 200
    noisy = smooth + random.normal(0, 12, smooth.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The image as a file's bytes."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()
