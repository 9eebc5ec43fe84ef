"""Whatever is done to a file, it is a photo or a reason in Kennel's own words."""

from __future__ import annotations

import re

import numpy as np
import pytest

from inference_code.photos import UnreadableImage, read_photo
from inference_code.unreadable import SENTENCES
from tests.support.pictures import encoded, photo_like

PHOTO = photo_like(48, 40)
WRITTEN = {
    "baseline": encoded(PHOTO, "JPEG"),
    "progressive": encoded(PHOTO, "JPEG", progressive=True),
    "restarts": encoded(PHOTO, "JPEG", restart_marker_blocks=2),
    "CMYK": encoded(PHOTO.convert("CMYK"), "JPEG"),
    "PNG": encoded(PHOTO),
    "palette": encoded(PHOTO.convert("P"), transparency=0),
    "16 bits": encoded(PHOTO.convert("L").convert("I;16")),
    "animated PNG": encoded(PHOTO, save_all=True, append_images=[PHOTO.rotate(90)]),
    "WEBP": encoded(PHOTO, "WEBP"),
    "lossless WEBP": encoded(PHOTO, "WEBP", lossless=True),
    "BMP": encoded(PHOTO, "BMP"),
    "GIF": encoded(PHOTO, "GIF", save_all=True, append_images=[PHOTO.rotate(90)]),
    "TIFF": encoded(PHOTO, "TIFF"),
    "LZW": encoded(PHOTO, "TIFF", compression="tiff_lzw"),
    "JPEG in TIFF": encoded(PHOTO, "TIFF", compression="jpeg"),
    "fractions": encoded(PHOTO.convert("F"), "TIFF"),
}
# What a sentence may be filled with; everything else of it stands in the table.
FILLINGS = (
    r"only \d+ % of it is there",
    r"[\d,]+ x [\d,]+ pixels",
    r"a JPEG with \d+ bits a colour",
    r"(before|without) (its|most of its|some of its) [a-z ]+",
    r"its (header is broken|data makes no sense|data does not fit its size|pixels are no numbers)",
    "it has two headers|and it is interlaced|this kind of TIFF",
    "far too many pixels|there is no memory for it",
    "a lossless, hierarchical or arithmetic JPEG|a BMP of this size in run-length coding",
    "PDF|PostScript|Photoshop|SVG|ICO|JPEG XL|JPEG 2000|OpenEXR|HEIC|HEIF|AVIF|video or HEIF",
)


def assert_is_ours(error: UnreadableImage) -> None:
    sentence = re.escape(SENTENCES[error.code]).replace(r"\{what\}", f"({'|'.join(FILLINGS)})")
    assert re.fullmatch(sentence, error.message)


def assert_is_answered(body: bytes) -> None:
    try:
        photo = read_photo(body)
    except UnreadableImage as error:
        assert_is_ours(error)
    else:
        assert photo.pixels.mode == "RGB"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, about TIFFs that are broken
@pytest.mark.parametrize("kind", WRITTEN)
def test_a_file_cut_anywhere_is_answered(kind: str) -> None:
    body = WRITTEN[kind]

    for length in {*range(120), *range(0, len(body), max(1, len(body) // 60))}:
        assert_is_answered(body[:length])


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", WRITTEN)
def test_a_file_with_flipped_bytes_is_answered(kind: str) -> None:
    body = WRITTEN[kind]
    random = np.random.default_rng(6)

    for number in range(200):
        mangled = bytearray(body)
        reach = 200 if number % 2 else len(body)  # headers are where it hurts
        for place in random.integers(0, min(reach, len(body)), size=1 + number % 5):
            mangled[place] = random.integers(0, 256)
        assert_is_answered(bytes(mangled))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", WRITTEN)
def test_a_file_with_shuffled_parts_is_answered(kind: str) -> None:
    body = WRITTEN[kind]
    random = np.random.default_rng(7)

    for _ in range(60):
        first, second, third = sorted(random.integers(0, len(body), size=3))
        assert_is_answered(body[:first] + body[second:third] + body[first:second] + body[third:])
