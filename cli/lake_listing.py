"""The listing of a lake: which images there are, in parts, as the job will read them.

The cursor is written behind each part: whoever goes on after a death writes that part again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace

from pipeline.images import WaitingImage
from pipeline.lakes import PART_IMAGES, Lake
from pipeline.ports import Objects, ObjectVanished, StoredObject
from pipeline.references import chunks, dump_part, part_name

PAGE_KEYS = 1000
CURSOR = "listing.json"
NO_VERSION = "null"  # what lies in a bucket without versions, or from the time before them


@dataclass(frozen=True, kw_only=True)
class Listing:
    """How far the listing has come: behind which key it goes on."""

    after: str | None = None
    parts: int = 0
    images: int = 0
    bytes: int = 0
    complete: bool = False


def listing_of(
    lake: Lake, there: Objects, own: Objects, *, max_bytes: int, tell: Callable[[Listing], None]
) -> Listing:
    """Reads on from wherever it was left; `there` holds the images, `own` the state."""
    listing = _read_cursor(lake, own)
    if len(own.list(lake.key("input/"))) < listing.parts:  # the lifecycle takes the oldest first
        listing = Listing()
    if listing.complete:
        return listing
    for images in chunks(_images(lake, there, listing.after), PART_IMAGES):
        body = dump_part(images, bucket=lake.source.bucket, max_bytes=max_bytes)
        own.write(lake.key(f"input/{part_name(listing.parts)}.jsonl"), body)
        listing = Listing(
            after=images[-1].key,
            parts=listing.parts + 1,
            images=listing.images + len(images),
            bytes=listing.bytes + sum(image.size for image in images),
        )
        _write_cursor(lake, own, listing)
        tell(listing)
    listing = replace(listing, complete=listing.images > 0)
    _write_cursor(lake, own, listing)
    return listing


def _images(lake: Lake, there: Objects, after: str | None) -> Iterator[WaitingImage]:
    """Whatever has a content and is no folder: what is no image becomes a row with its reason."""
    while True:
        found, after = there.newest_after(lake.source.prefix, after, limit=PAGE_KEYS)
        yield from (_image(one) for one in found if one.size and not one.key.endswith("/"))
        if after is None:
            return


def _image(found: StoredObject) -> WaitingImage:
    version = None if found.version == NO_VERSION else found.version
    return WaitingImage(key=found.key, size=found.size, etag=found.etag, version=version)


def _read_cursor(lake: Lake, own: Objects) -> Listing:
    try:
        return Listing(**json.loads(own.read(lake.key(CURSOR))))
    except ObjectVanished:
        return Listing()


def _write_cursor(lake: Lake, own: Objects, listing: Listing) -> None:
    own.write(lake.key(CURSOR), json.dumps(asdict(listing)).encode())
