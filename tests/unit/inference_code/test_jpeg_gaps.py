"""A JPEG of which a part is missing is refused, or read with a warning if most is there."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inference_code.photos import UnreadableImage, read_photo
from tests.support.jpeg_cuts import END, ended_after, of_size, place, with_hole
from tests.support.pictures import encoded, photo_like

PHOTO = photo_like(400, 300)
GREY_BELOW = photo_like(400, 300)
GREY_BELOW.paste((128, 128, 128), (0, 100, 400, 300))
NOISE = Image.fromarray(np.random.default_rng(1).integers(0, 256, (60, 80, 3), dtype=np.uint8))
WAYS: dict[str, dict[str, object]] = {
    "baseline": {},
    "optimised": {"optimize": True},
    "full colour": {"subsampling": 0},
    "restart markers": {"restart_marker_rows": 1},
    "many restart markers": {"restart_marker_blocks": 4},
    "progressive": {"progressive": True},
}
SEQUENTIAL = [way for way in WAYS if way != "progressive"]


def verdict(body: bytes) -> str:
    """The code of the refusal, the warning, or whole."""
    try:
        return " ".join(read_photo(body).warnings) or "whole"
    except UnreadableImage as error:
        return error.code


def written(way: str, image: Image.Image = PHOTO) -> bytes:
    return encoded(image, "JPEG", **WAYS[way])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "image",
    [
        PHOTO,
        PHOTO.convert("L"),
        PHOTO.convert("CMYK"),
        GREY_BELOW,
        Image.new("RGB", (400, 300), (128, 128, 128)),
        Image.new("RGB", (400, 300), "white"),
        photo_like(5, 7),
        photo_like(17, 33),
        NOISE,
    ],
    ids=["photo", "L", "CMYK", "grey below", "grey", "white", "tiny", "odd", "noise"],
)
def test_what_an_encoder_has_written_is_whole(way: str, image: Image.Image) -> None:
    assert verdict(written(way, image)) == "whole"


@pytest.mark.parametrize("way", SEQUENTIAL)
@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.3, "truncated"), (0.5, "truncated"), (0.7, "truncated"), (0.85, "partial")],
)
def test_the_rows_that_are_there_decide(way: str, share: float, expected: str) -> None:
    body = written(way)

    assert verdict(ended_after(body, share)) == expected
    assert verdict(body[: place(body, share)]) == expected


def test_the_refusal_says_how_much_is_there() -> None:
    with pytest.raises(UnreadableImage, match=r"ends early, only 4\d % of it is there: upload"):
        read_photo(ended_after(written("baseline"), 0.5))


def test_a_partial_picture_is_shown_as_far_as_it_goes() -> None:
    whole = np.asarray(read_photo(written("baseline")).pixels)

    part = np.asarray(read_photo(ended_after(written("baseline"), 0.85)).pixels)

    assert np.array_equal(part[:224], whole[:224])
    assert (part[-16:] == 128).all()


@pytest.mark.parametrize("way", WAYS)
def test_what_lies_about_the_end_is_no_matter(way: str) -> None:
    body = written(way)

    for changed in (body[:-2], body[:-1], body[:-2] + bytes(3000) + END, body + b"more" * 99):
        assert verdict(changed) == "whole"


@pytest.mark.parametrize("way", SEQUENTIAL)
@pytest.mark.parametrize("filling", [None, b"\0"], ids=["taken out", "zeros"])
def test_a_hole_is_seen(way: str, filling: bytes | None) -> None:
    assert verdict(with_hole(written(way), 0.3, 0.1, filling)) == "partial"
    assert verdict(with_hole(written(way), 0.1, 0.8, filling)) in {"truncated", "corrupt"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(400, 600, "truncated"), (800, 300, "truncated"), (400, 350, "partial")],
)
def test_a_size_that_is_not_the_datas_is_seen(
    way: str, width: int, height: int, expected: str
) -> None:
    assert verdict(of_size(written(way), width, height)) == expected


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [(200, 300), (400, 150)])
def test_much_more_data_than_the_size_needs_is_refused(way: str, size: tuple[int, int]) -> None:
    assert verdict(of_size(written(way), *size)) == "corrupt"


def test_a_progressive_picture_without_its_finest_detail_is_partial() -> None:
    body = written("progressive")

    assert verdict(ended_after(body, 0.04)) == "truncated"
    assert verdict(ended_after(body, 0.3)) == "partial"
    assert verdict(body[: place(body, 0.7)]) == "partial"
