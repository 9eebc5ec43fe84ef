"""From a photo to the numbers a network sees. The one preprocessing of training and serving.

Same numbers as torchvision's Resize, CenterCrop, ToTensor, Normalize on Pillow images.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Box = tuple[float, float, float, float]  # left, top, right, bottom
FloatArray = NDArray[np.float32]

FILTERS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
    "nearest": Image.Resampling.NEAREST,
}
LONGEST_ASPECT = 16


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """Shorter side to `resize`, the middle `crop` square, 0..1, normalised per channel."""

    resize: int = 256
    crop: int = 224
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    interpolation: str = "bilinear"

    def __post_init__(self) -> None:
        if not 0 < self.crop <= self.resize:
            raise ValueError(f"crop {self.crop} must lie between 1 and resize {self.resize}")
        if self.interpolation not in FILTERS:
            raise ValueError(f"interpolation {self.interpolation!r} is none of {sorted(FILTERS)}")
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:
            raise ValueError("mean and std need three numbers each, std greater than 0")

    def apply(self, image: Image.Image) -> FloatArray:
        """[3, crop, crop] float32 of an RGB image."""
        return self.normalise(self.center(image))

    def center(self, image: Image.Image) -> Image.Image:
        """The middle square. Resized in full first: cutting first would round pixels otherwise."""
        image = _trimmed(image)
        shorter = min(image.size)
        # Whole pixels as torchvision counts them: the longer side is cut off, not rounded.
        width, height = (
            self.resize if side == shorter else int(self.resize * side / shorter)
            for side in image.size
        )
        resized = image.resize((width, height), FILTERS[self.interpolation])
        left = round((width - self.crop) / 2.0)
        top = round((height - self.crop) / 2.0)
        return resized.crop((left, top, left + self.crop, top + self.crop))

    def cut(self, image: Image.Image, box: Box) -> Image.Image:
        """The part of the image in `box`, as a crop x crop square."""
        size = (self.crop, self.crop)
        return image.resize(size, FILTERS[self.interpolation], box=box)

    def normalise(self, square: Image.Image | NDArray[np.uint8]) -> FloatArray:
        """[3, crop, crop] float32 of a square of the right size; as array [crop, crop, 3]."""
        pixels = np.asarray(square)
        normalised = np.empty((3, *pixels.shape[:2]), dtype=np.float32)
        for channel, shades in enumerate(self._shades):
            # "clip" is the mode that needs no second copy; no shade is beyond the table.
            np.take(shades, pixels[:, :, channel], out=normalised[channel], mode="clip")
        return normalised

    @cached_property
    def _shades(self) -> FloatArray:
        """[3, 256]: what becomes of each value of a channel."""
        values = np.arange(256, dtype=np.float32) / np.float32(255)
        mean = np.asarray(self.mean, dtype=np.float32)[:, np.newaxis]
        std = np.asarray(self.std, dtype=np.float32)[:, np.newaxis]
        return (values - mean) / std


def _trimmed(image: Image.Image) -> Image.Image:
    """The middle of a strip: 1 x 30,000 pixels would be resized to 256 x 7,680,000."""
    longest = LONGEST_ASPECT * min(image.size)
    left = max(0, (image.width - longest) // 2)
    top = max(0, (image.height - longest) // 2)
    if not left and not top:
        return image
    return image.crop((left, top, image.width - left, image.height - top))
