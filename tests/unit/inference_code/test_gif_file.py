"""GIFs: the first frame is read, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from inference_code.photos import UnreadableImage, read_photo
from inference_code.unreadable import MAX_PARTS
from tests.support.pictures import encoded, photo_like

PHOTO = photo_like(60, 40)
BODY = encoded(PHOTO, "GIF")
COMMENT = b"!\xfe\x01x\0"


def with_comments(count: int) -> bytes:
    palette = 13 + 3 * 256
    return BODY[:palette] + COMMENT * count + BODY[palette:]


def test_an_animation_is_its_first_picture() -> None:
    animation = encoded(PHOTO, "GIF", save_all=True, append_images=[PHOTO.rotate(90)] * 3)

    assert np.array_equal(
        np.asarray(read_photo(animation).pixels), np.asarray(read_photo(BODY).pixels)
    )


def test_frames_behind_the_first_one_may_be_anything() -> None:
    assert read_photo(BODY[:-1] + b"!,!" * 1_000_000).warnings == ()


def test_comments_are_not_read_and_not_without_end() -> None:
    assert read_photo(with_comments(1000)).warnings == ()
    with pytest.raises(UnreadableImage) as caught:
        read_photo(with_comments(MAX_PARTS))
    assert caught.value.code == "too_many_parts"


def test_a_transparent_colour_stays_transparent() -> None:
    image = PHOTO.convert("P")

    photo = read_photo(encoded(image, "GIF", transparency=image.getpixel((0, 0))))

    assert photo.pixels.getpixel((0, 0)) == (255, 255, 255)


def test_a_frame_that_ends_before_its_last_row_is_refused() -> None:
    middle = BODY.index(b",", 13 + 3 * 256) + 11  # the first block of the frame
    ended = BODY[: middle + 1 + BODY[middle]] + b"\0;"

    with pytest.raises(UnreadableImage, match="ends early"):
        read_photo(ended)
