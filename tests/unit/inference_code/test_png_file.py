"""PNGs: rows that are missing, check sums that are wrong, chunks that show nothing."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from inference_code.photos import Photo, UnreadableImage, read_photo
from inference_code.unreadable import MAX_PARTS
from tests.support.pictures import encoded, photo_like
from tests.support.png_chunks import END, Chunk, data, header, png, rows

PHOTO = photo_like(200, 200)
ROWS = rows(PHOTO)
STREAM = zlib.compress(ROWS)
FLIPPED = STREAM[:-1000] + bytes([STREAM[-1000] ^ 0x40]) + STREAM[-999:]


def read(*chunks: Chunk) -> Photo:
    return read_photo(png(header(PHOTO), *chunks))


def reason(*chunks: Chunk) -> str:
    with pytest.raises(UnreadableImage) as caught:
        read(*chunks)
    return caught.value.code


def in_chunks(stream: bytes) -> list[Chunk]:
    """Of 4 KiB, with the check sums of the sound stream."""
    return [
        data(stream[i : i + 4096], int(stream[i : i + 4096] != STREAM[i : i + 4096]))
        for i in range(0, len(stream), 4096)
    ]


def test_missing_rows_decide_whether_it_is_partial() -> None:
    photo = read(data(zlib.compress(ROWS[: 601 * 160])), END)

    assert photo.warnings == ("partial",)
    pixels = np.asarray(photo.pixels)
    assert np.array_equal(pixels[:160], np.asarray(PHOTO)[:160])
    assert (pixels[160:] == 0).all()
    assert reason(data(zlib.compress(ROWS[: 601 * 140])), END) == "truncated"


@pytest.mark.parametrize(("share", "readable"), [(0.5, False), (0.9, True)])
@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_file_that_is_cut_counts_by_its_rows(mode: str, share: float, readable: bool) -> None:
    image = PHOTO.convert("L").convert("I;16") if mode == "I;16" else PHOTO.convert(mode)
    body = encoded(image)
    cut = body[: int(len(body) * share)]

    if readable:
        assert read_photo(cut).warnings == ("partial",)
    else:
        with pytest.raises(UnreadableImage, match="ends early, only"):
            read_photo(cut)


def test_data_behind_a_wrong_check_sum_is_not_there() -> None:
    late, early = FLIPPED, STREAM[:5000] + b"damage" + STREAM[5006:]

    assert read(*in_chunks(late), END).warnings == ("partial",)
    assert reason(*in_chunks(early), END) == "corrupt"


@pytest.mark.parametrize("chunk", [data(STREAM, wrong=1), data(STREAM[:-4] + b"sums")])
def test_a_wrong_check_sum_over_all_the_rows_is_told(chunk: Chunk) -> None:
    assert read(chunk, END).warnings == ("partial",)


@pytest.mark.parametrize(
    "chunks",
    [
        [data(STREAM)],
        [data(STREAM[:-4]), END],
        [data(zlib.compress(ROWS + ROWS)), END],
        [*[data(b"")] * 5000, data(STREAM), END],
    ],
    ids=["no end", "no sum", "more rows", "empty chunks"],
)
def test_what_a_browser_shows_whole_is_whole(chunks: list[Chunk]) -> None:
    photo = read(*chunks)

    assert photo.warnings == ()
    assert np.array_equal(np.asarray(photo.pixels), np.asarray(PHOTO))


@pytest.mark.parametrize(
    "chunk",
    [
        (b"tEXt", b"key\0value", 1),
        (b"zTXt", b"key\0\0" + zlib.compress(bytes(50_000_000)), 0),
        (b"iTXt", b"key\0\1\0\0\0" + zlib.compress(bytes(50_000_000)), 0),
        (b"iCCP", b"key\0\0" + zlib.compress(bytes(50_000_000)), 0),
        (b"pHYs", b"\1", 0),
        (b"acTL", b"", 0),
        (b"eXIf", b"II*\0\xff\xff\xff\xff", 0),
        (b"!!!!", b"no name", 0),
    ],
    ids=lambda chunk: chunk[0].decode(),
)
def test_chunks_beside_the_picture_may_be_broken_or_bombs(chunk: Chunk) -> None:
    assert read(chunk, data(STREAM), END).warnings == ()


def test_chunks_are_counted() -> None:
    assert reason(*[data(b"")] * (MAX_PARTS + 1), data(STREAM), END) == "too_many_parts"


def test_an_interlaced_picture_is_read_whole_or_not_at_all() -> None:
    pixels = bytes(range(64))  # 8 x 8, grey
    grid = [(y, x) for y in range(8) for x in range(8)]
    order = [
        [(y, x) for y, x in grid if y % down == top and x % across == left]
        for left, top, across, down in (
            *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
            *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
        )
    ]
    lines = b"".join(
        b"\0" + bytes(pixels[8 * y + x] for y, x in step if y == line)
        for step in order
        for line in sorted({y for y, _ in step})
    )
    start = b"IHDR", b"\0\0\0\x08\0\0\0\x08\x08\0\0\0\1", 0

    photo = read_photo(png(start, data(zlib.compress(lines)), END))

    assert np.asarray(photo.pixels)[:, :, 0].tobytes() == pixels
    with pytest.raises(UnreadableImage, match="interlaced"):
        read_photo(png(start, data(zlib.compress(lines[:-9])), END))


def test_an_animation_is_its_first_picture() -> None:
    body = encoded(PHOTO, save_all=True, append_images=[PHOTO.rotate(90)])

    assert np.array_equal(np.asarray(read_photo(body).pixels), np.asarray(PHOTO))
