"""How an object becomes requests: as a whole, or cut into lines and batched."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from localcloud.sagemaker.region.shapes import Json


def payloads(body: bytes, config: Json, strategy: str, max_bytes: int) -> Iterator[bytes]:
    """The bodies of the requests for one object."""
    if config.get("CompressionType") == "Gzip":
        body = gzip.decompress(body)
    if config.get("SplitType", "None") == "None":
        yield body
    elif strategy == "SingleRecord":
        yield from lines(body)
    else:
        yield from batches(lines(body), max_bytes)


def lines(body: bytes) -> Iterator[bytes]:
    return (line for line in body.splitlines() if line)


def batches(records: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    """As many lines in one request as the payload's limit allows."""
    batch: list[bytes] = []
    size = 0
    for record in records:
        if batch and size + len(record) + 1 > max_bytes:
            yield b"\n".join(batch)
            batch, size = [], 0
        batch.append(record)
        size += len(record) + 1
    if batch:
        yield b"\n".join(batch)
