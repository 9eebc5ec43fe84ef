"""Grey of more than 8 bits, as scientific and medical TIFFs have it, becomes 8 bits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inference_code.unreadable import refusal

PHOTOMETRIC, SAMPLE_FORMAT = 262, 339
WHITE_IS_ZERO, UNSIGNED = 0, 1
# White, in the order in which it is tried; a fraction can only be a floating-point number.
WHITES = (1.0, 255.0, 65_535.0)
LEAST_OF_SCALE = 0.25


def wide_grey_to_rgb(image: Image.Image) -> Image.Image:
    """Pillow's own conversion would clip it to white, and a fixed scale would leave it black."""
    tags: Mapping[int, object] = getattr(image, "tag_v2", {})
    grey = np.asarray(image)
    if grey.dtype == np.int32 and tags.get(SAMPLE_FORMAT, UNSIGNED) in (UNSIGNED, (UNSIGNED,)):
        grey = grey.view(np.uint32)
    shades = _shades(grey) if tags else _scaled(grey, 0, WHITES[-1])  # a PNG's scale is fixed
    if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO:
        shades = 255 - shades
    return Image.fromarray(shades).convert("RGB")


def _shades(grey: NDArray[np.generic]) -> NDArray[np.uint8]:
    """On the first usual scale of which it fills a quarter, else from its darkest to brightest."""
    finite = grey[np.isfinite(grey)]
    if not finite.size:
        raise refusal("corrupt", "its pixels are no numbers")
    darkest, brightest = float(finite.min()), float(finite.max())
    for white in WHITES[grey.dtype.kind != "f" :]:
        if darkest >= 0 and white * LEAST_OF_SCALE <= brightest <= white:
            return _scaled(grey, 0, white)
    return _scaled(grey, darkest, brightest)


def _scaled(grey: NDArray[np.generic], black: float, white: float) -> NDArray[np.uint8]:
    """What is not a number becomes black."""
    scale = 255.0 / (white - black) if white > black else 0.0
    numbers = np.nan_to_num(grey.astype(np.float32), nan=black, posinf=white, neginf=black)
    # Halved, as the difference of two numbers may be too large for a number.
    halves = (numbers / 2 - np.float32(black / 2)) * (2 * scale)
    return np.clip(halves, 0, 255).round().astype(np.uint8)
