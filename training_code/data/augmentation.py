"""Varied views of a training image: a random part of it, mirrored half of the time."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageOps

from inference_code.preprocessing import Box, FloatArray, Preprocessing

AREA = (0.35, 1.0)  # of the image; smaller parts too often show no dog
ASPECT = (3 / 4, 4 / 3)
TRIES = 10


def augmented(
    image: Image.Image, preprocessing: Preprocessing, random: np.random.Generator
) -> FloatArray:
    """[3, crop, crop] of a random view."""
    square = preprocessing.cut(image, _random_box(image.width, image.height, random))
    if random.random() < 0.5:
        square = ImageOps.mirror(square)
    return preprocessing.normalise(square)


def _random_box(width: int, height: int, random: np.random.Generator) -> Box:
    """A part of the image of random area and aspect, as RandomResizedCrop draws it."""
    for _ in range(TRIES):
        area = width * height * random.uniform(*AREA)
        aspect = math.exp(random.uniform(math.log(ASPECT[0]), math.log(ASPECT[1])))
        part_width, part_height = math.sqrt(area * aspect), math.sqrt(area / aspect)
        if part_width <= width and part_height <= height:
            left = random.uniform(0, width - part_width)
            top = random.uniform(0, height - part_height)
            return left, top, left + part_width, top + part_height
    side = min(width, height)  # very long images: their middle
    left, top = (width - side) / 2, (height - side) / 2
    return left, top, left + side, top + side


def views(
    image: Image.Image, preprocessing: Preprocessing, *, count: int, seed: tuple[int, ...]
) -> FloatArray:
    """[count, 3, crop, crop]: first what evaluation sees, then augmented views."""
    random = np.random.default_rng(seed)
    plain = preprocessing.apply(image)
    return np.stack([plain, *(augmented(image, preprocessing, random) for _ in range(count - 1))])
