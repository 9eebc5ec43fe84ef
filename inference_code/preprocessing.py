"""From a photo to the numbers a network sees. The one preprocessing of training and serving.

Same numbers as torchvision's Resize, CenterCrop, ToTensor, Normalize on Pillow images.
"""

from __future__ import annotations

from dataclasses import dataclass

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
        return self.normalise(self.cut(image, self.center_box(image.width, image.height)))

    def center_box(self, width: int, height: int) -> Box:
        """Where the crop lies in the original: the resized image is never made in full.

        A strip of 1 x 30,000 pixels would become 256 x 7,680,000 otherwise.
        """
        shorter = min(width, height)
        # Whole pixels as torchvision counts them: the longer side is cut off, not rounded.
        resized_width = self.resize if width == shorter else int(self.resize * width / height)
        resized_height = self.resize if height == shorter else int(self.resize * height / width)
        left = round((resized_width - self.crop) / 2.0)
        top = round((resized_height - self.crop) / 2.0)
        x_scale, y_scale = width / resized_width, height / resized_height
        right, bottom = left + self.crop, top + self.crop
        return left * x_scale, top * y_scale, right * x_scale, bottom * y_scale

    def cut(self, image: Image.Image, box: Box) -> Image.Image:
        """The part of the image in `box`, as a crop x crop square."""
        size = (self.crop, self.crop)
        return image.resize(size, FILTERS[self.interpolation], box=box)

    def normalise(self, square: Image.Image) -> FloatArray:
        """[3, crop, crop] float32 of a square of the right size."""
        pixels = np.asarray(square, dtype=np.float32) / np.float32(255)  # [crop, crop, 3]
        mean = np.asarray(self.mean, dtype=np.float32)
        std = np.asarray(self.std, dtype=np.float32)
        return np.ascontiguousarray(((pixels - mean) / std).transpose(2, 0, 1))
