"""Small pictures that travel inside a page, within a limit of bytes."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from inference_code.photos import UnreadableImage, read_photo
from training_code.job.environment import processor_count

SIDE = 96  # pixels of the longer side
QUALITY = 50
MOST_BYTES = 480_000  # of text; what else a page of 133 classes holds leaves so much of a megabyte
AT_ONCE = 16  # pictures made side by side before the limit is looked at again


def thumbnails(
    members: Iterable[str], read: Callable[[str], bytes], most_bytes: int = MOST_BYTES
) -> dict[str, str]:
    """Data addresses by member, of the first ones that fit; what cannot be read has none."""
    made: dict[str, str] = {}
    used, waiting = 0, iter(dict.fromkeys(members))
    with ThreadPoolExecutor(processor_count()) as pool:
        while some := list(islice(waiting, AT_ONCE)):
            for member, picture in zip(
                some, pool.map(lambda m: _picture(m, read), some), strict=True
            ):
                used += len(picture)
                if used > most_bytes:
                    return made
                if picture:
                    made[member] = picture
    return made


def _picture(member: str, read: Callable[[str], bytes]) -> str:
    try:
        pixels = read_photo(read(member)).pixels
    except UnreadableImage:
        return ""
    pixels.thumbnail((SIDE, SIDE))
    file = io.BytesIO()
    pixels.save(file, "WEBP", quality=QUALITY, method=4)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
