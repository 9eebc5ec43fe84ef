"""Preprocessing: the same numbers as torchvision, at any size."""

from __future__ import annotations

import numpy as np
import pytest
from torchvision import transforms
from torchvision.transforms import InterpolationMode

from inference_code.preprocessing import Preprocessing
from tests.support.pictures import photo_like

SIZES = [(640, 480), (333, 500), (87, 131), (224, 224), (1001, 257), (256, 300)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("numbers", [(256, 224, "bilinear"), (232, 224, "bicubic")])
def test_numbers_are_torchvision_s(width: int, height: int, numbers: tuple[int, int, str]) -> None:
    resize, crop, interpolation = numbers
    ours = Preprocessing(resize=resize, crop=crop, interpolation=interpolation)
    theirs = transforms.Compose(
        [
            transforms.Resize(resize, InterpolationMode(interpolation)),
            transforms.CenterCrop(crop),
            transforms.ToTensor(),
            transforms.Normalize(ours.mean, ours.std),
        ]
    )
    image = photo_like(width, height)

    np.testing.assert_allclose(ours.apply(image), theirs(image).numpy(), atol=1e-6)


def test_a_strip_of_one_pixel_takes_no_memory() -> None:
    array = Preprocessing().apply(photo_like(30_000, 1))

    assert array.shape == (3, 224, 224)


def test_a_crop_larger_than_the_image_is_refused() -> None:
    with pytest.raises(ValueError, match="crop 300 must lie between 1 and resize 256"):
        Preprocessing(crop=300)


def test_an_interpolation_that_pillow_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="'magic' is none of"):
        Preprocessing(interpolation="magic")
