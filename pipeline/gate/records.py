"""The records of a zip's central directory, one at a time, so that 100,000 of them stay cheap."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.gate.directory import ArchiveDamaged
from pipeline.quoting import quoted

RECORD: Final = struct.Struct("<4s6H3L5H2L")
SIGNATURE: Final = b"PK\x01\x02"
EXTRA: Final = struct.Struct("<HH")
UNICODE_PATH: Final = struct.Struct("<BL")

FLAG_UTF8: Final = 1 << 11
EXTRA_ZIP64: Final = 0x0001
EXTRA_UNICODE_PATH: Final = 0x7075
IN_ZIP64: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the directory declares it; `position` is its record's place in the directory."""

    name: str
    plain_name: str  # without the Unicode path field; older readers see this one
    raw_name: bytes
    version: int
    flags: int
    method: int
    crc: int
    compressed: int
    uncompressed: int
    offset: int
    mode: int
    position: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


def read_entries(directory: bytes) -> Iterator[Entry]:
    """All entries in their order; raises `ArchiveDamaged` at the first record that is none."""
    position = 0
    while position < len(directory):
        entry, position = _read_record(directory, position)
        yield entry


def entry_at(directory: bytes, position: int) -> Entry:
    """The entry whose record starts there."""
    return _read_record(directory, position)[0]


def _read_record(directory: bytes, position: int) -> tuple[Entry, int]:
    if not directory.startswith(SIGNATURE, position) or position + RECORD.size > len(directory):
        raise _damaged(f"has no record at its byte {position:,}")
    (_, _, version, flags, method, _, _, crc, compressed, uncompressed,
     name_size, extra_size, comment_size, disk, _, attributes, offset,
    ) = RECORD.unpack_from(directory, position)  # fmt: skip
    start = position + RECORD.size
    following = start + name_size + extra_size + comment_size
    if following > len(directory):
        raise _damaged(f"is cut off in the record at its byte {position:,}")
    raw_name = directory[start : start + name_size]
    plain_name = _decoded(raw_name, flags)
    extra = _fields(directory[start + name_size : start + name_size + extra_size], plain_name)
    sizes = _in_zip64((uncompressed, compressed, offset, disk), extra, plain_name)
    entry = Entry(
        name=_unicode_path(raw_name, extra, plain_name),
        plain_name=plain_name,
        raw_name=raw_name,
        version=version & 0xFF,
        flags=flags,
        method=method,
        crc=crc,
        compressed=sizes[1],
        uncompressed=sizes[0],
        offset=sizes[2],
        mode=attributes >> 16,
        position=position,
    )
    return entry, following


def _decoded(raw_name: bytes, flags: int) -> str:
    if not flags & FLAG_UTF8:
        return raw_name.decode("cp437")
    try:
        return raw_name.decode("utf-8")
    except UnicodeDecodeError as error:
        shown = raw_name.decode("utf-8", "backslashreplace")
        raise ArchiveDamaged(
            "name_encoding",
            f"The name {quoted(shown)} is announced as UTF-8 but is not: rename the file and make "
            "the zip again.",
        ) from error


def _fields(extra: bytes, name: str) -> dict[int, bytes]:
    """The extra fields by their number. A second field of a number would be read by some only."""
    fields: dict[int, bytes] = {}
    position = 0
    while len(extra) - position >= EXTRA.size:
        number, size = EXTRA.unpack_from(extra, position)
        position += EXTRA.size
        if position + size > len(extra):
            raise _damaged(f"has a cut-off extra field at {quoted(name)}")
        if number in fields and number in (EXTRA_ZIP64, EXTRA_UNICODE_PATH):
            raise _damaged(f"has an extra field twice at {quoted(name)}")
        fields[number] = extra[position : position + size]
        position += size
    return fields


def _in_zip64(
    declared: tuple[int, int, int, int], extra: dict[int, bytes], name: str
) -> tuple[int, int, int]:
    """Size, compressed size and offset, taken from the zip64 field where the record says so."""
    *wide, disk = declared
    if disk:
        raise ArchiveDamaged(
            "multiple_parts",
            f"The entry {quoted(name)} lies in another part of the zip: upload a zip in one piece.",
        )
    if IN_ZIP64 not in wide:
        return declared[0], declared[1], declared[2]
    field = extra.get(EXTRA_ZIP64, b"")
    missing = wide.count(IN_ZIP64)
    if len(field) < 8 * missing:
        raise _damaged(f"lacks the zip64 sizes of {quoted(name)}")
    values = iter(struct.unpack_from(f"<{missing}Q", field))
    size, compressed, offset = (next(values) if value == IN_ZIP64 else value for value in wide)
    return size, compressed, offset


def _unicode_path(raw_name: bytes, extra: dict[int, bytes], plain_name: str) -> str:
    """The name, or the one in the Unicode path field that Info-ZIP puts beside an old name."""
    field = extra.get(EXTRA_UNICODE_PATH)
    if field is None:
        return plain_name
    if len(field) <= UNICODE_PATH.size:
        raise _damaged(f"has an empty Unicode path at {quoted(plain_name)}")
    version, crc = UNICODE_PATH.unpack_from(field)
    if version != 1 or crc != zlib.crc32(raw_name):
        return plain_name  # made for another name: everybody ignores it
    try:
        return field[UNICODE_PATH.size :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise _damaged(f"has a Unicode path that is not UTF-8 at {quoted(plain_name)}") from error


def _damaged(what: str) -> ArchiveDamaged:
    return ArchiveDamaged(
        "directory_damaged",
        f"The archive's directory {what}, so it is damaged: make the zip again and upload it.",
    )
