"""AWS's event stream encoding, of which botocore has only the other half, the decoder.

A message is a prelude (its length, its headers' length, their CRC), headers, payload, and the CRC
of it all; numbers are big-endian.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping

STRING = 7  # the only type of header value that is needed here
PRELUDE, CHECKSUM = 12, 4
PART = 1 << 16  # bytes of payload in one message


def payload_parts(body: bytes) -> Iterator[bytes]:
    """The body as PayloadPart events; an empty one is a single empty part."""
    headers = {
        ":event-type": "PayloadPart",
        ":content-type": "application/octet-stream",
        ":message-type": "event",
    }
    for start in range(0, max(len(body), 1), PART):
        yield message(headers, body[start : start + PART])


def message(headers: Mapping[str, str], payload: bytes) -> bytes:
    packed = b"".join(header(name, value) for name, value in headers.items())
    length = PRELUDE + len(packed) + len(payload) + CHECKSUM
    prelude = _with_checksum(struct.pack(">II", length, len(packed)))
    return _with_checksum(prelude + packed + payload)


def header(name: str, value: str) -> bytes:
    key, content = name.encode(), value.encode()
    return struct.pack(">B", len(key)) + key + struct.pack(">BH", STRING, len(content)) + content


def _with_checksum(content: bytes) -> bytes:
    return content + struct.pack(">I", zlib.crc32(content))
