"""Grey of 16 and 32 bits and of fractions is never black in silence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray
from PIL import Image, TiffImagePlugin

from inference_code.photos import UnreadableImage, read_photo
from tests.support.pictures import encoded

WHITE_IS_ZERO = TiffImagePlugin.ImageFileDirectory_v2()
WHITE_IS_ZERO[262] = 0


def read_back(image: Image.Image, kind: str = "TIFF", **options: object) -> NDArray[np.uint8]:
    return np.asarray(read_photo(encoded(image, kind, **options)).pixels)[:, :, 0]


def ramp(darkest: float, brightest: float, kind: DTypeLike) -> NDArray[Any]:
    return np.linspace(darkest, brightest, 64).reshape(8, 8).astype(kind)


@pytest.mark.parametrize(
    ("darkest", "brightest", "kind"),
    [
        (0, 65_535, np.uint16),
        (0, 4_095, np.uint16),  # a camera of 12 bits
        (0, 255, np.int32),
        (0, 65_535, np.int32),
        (-1_000, 3_000, np.int32),  # a computed tomography
        (0, 2**31 - 1, np.int32),
        (-(2**31), 2**31 - 1, np.int32),
        (0, 1, np.float32),
        (0, 255, np.float32),
        (-0.5, 0.5, np.float32),
        (0, 1e-6, np.float32),
        (1e30, 1e38, np.float32),
    ],
)
def test_a_ramp_goes_from_black_to_white(darkest: float, brightest: float, kind: Any) -> None:
    grey = read_back(Image.fromarray(ramp(darkest, brightest, kind)))

    assert (grey.min(), grey.max()) == (0, 255)
    assert (np.diff(grey.ravel().astype(int)) > 0).all()


@pytest.mark.parametrize(
    ("darkest", "brightest", "kind", "expected"),
    [(0, 32_768, np.uint16, 128), (0, 0.5, np.float32, 128), (20, 100, np.int32, 100)],
)
def test_a_usual_scale_that_is_used_stays(
    darkest: float, brightest: float, kind: Any, expected: int
) -> None:
    assert read_back(Image.fromarray(ramp(darkest, brightest, kind))).max() == expected


def test_the_scale_of_a_png_is_fixed() -> None:
    grey = read_back(Image.fromarray(ramp(0, 4_095, np.uint16)), "PNG")

    assert (grey.min(), grey.max()) == (0, 16)


def test_sixteen_bits_with_a_sign_are_read() -> None:
    image = Image.fromarray(ramp(-1000, 1000, np.int16).view(np.uint16))
    signed = TiffImagePlugin.ImageFileDirectory_v2()
    signed[339] = 2

    grey = read_back(image, tiffinfo=signed)

    assert (grey.ravel()[0], grey.ravel()[-1]) == (0, 255)


def test_white_may_be_zero() -> None:
    grey = read_back(Image.fromarray(ramp(0, 65_535, np.uint16)), tiffinfo=WHITE_IS_ZERO)

    assert (grey.ravel()[0], grey.ravel()[-1]) == (255, 0)


def test_what_is_no_number_is_black_and_spoils_nothing() -> None:
    values = ramp(0, 1, np.float32)
    values[0, :2] = np.nan, np.inf

    grey = read_back(Image.fromarray(values))

    assert grey.ravel()[:3].tolist() == [0, 255, 8]
    with pytest.raises(UnreadableImage, match="its pixels are no numbers"):
        read_back(Image.fromarray(np.full((8, 8), np.nan, dtype=np.float32)))
