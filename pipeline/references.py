"""The input of a transform job: references to images, a few dozen a line, some thousand a part.

A line is one request to the model container: its time is bounded, and what is stuck stays small.
inference_code reads the lines and answers a row an image. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TypeVar

from pipeline.images import WaitingImage

SCHEMA = "kennel.references/1"
CONTENT_TYPE = "application/vnd.kennel.references+json"
ACCEPT = "application/jsonlines"

LINE_IMAGES = 32

Item = TypeVar("Item")


def part_name(number: int) -> str:
    return f"part-{number:05d}"


def dump_part(
    images: Sequence[WaitingImage],
    *,
    bucket: str,
    max_bytes: int,
    probabilities: bool = False,
    costs: bool = False,
    line_images: int = LINE_IMAGES,
) -> bytes:
    """A part as the job reads it; the container ignores what it does not know of an image."""
    common = {
        "schema": SCHEMA,
        "bucket": bucket,
        "probabilities": probabilities,
        "costs": costs,
        "max_bytes": max_bytes,
    }
    # ASCII, as some take more than a line feed for the end of a line.
    lines = (
        json.dumps(common | {"images": [asdict(image) for image in some]})
        for some in chunks(images, line_images)
    )
    return "".join(f"{line}\n" for line in lines).encode()


def load_part(body: bytes) -> list[WaitingImage]:
    lines = (json.loads(line) for line in body.split(b"\n") if line)
    return [WaitingImage(**image) for line in lines for image in line["images"]]


def load_rows(body: bytes) -> list[Mapping[str, object]]:
    """The rows of a part's output; what was cut off is no row."""
    return [row for line in body.split(b"\n") if line for row in _row(line)]


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _row(line: bytes) -> Iterator[Mapping[str, object]]:
    try:
        row = json.loads(line)
    except ValueError:
        return
    if isinstance(row, dict):
        yield row
