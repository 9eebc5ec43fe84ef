"""Where a zip's central directory lies, and its records. Knows no data set.

Kennel's own reader instead of `zipfile`: that one repairs silently what the gate must refuse, needs
a heavy object per entry, and differs between Python versions. Everything that this one accepts,
every `zipfile` since Python 3.11 reads in the same way.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, Protocol

END: Final = struct.Struct("<4s4H2LH")
END_SIGNATURE: Final = b"PK\x05\x06"
END64: Final = struct.Struct("<4sQ2H2L4Q")
END64_SIGNATURE: Final = b"PK\x06\x06"
LOCATOR: Final = struct.Struct("<4sLQL")
LOCATOR_SIGNATURE: Final = b"PK\x06\x07"
LOCAL_SIGNATURE: Final = b"PK\x03\x04"
LONGEST_COMMENT: Final = 0xFFFF

OTHER_FORMATS: Final = {
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
    b"\xfd7zXZ": "xz",
    b"BZh": "bzip2",
}


class Archive(Protocol):
    """What the gate needs of a file."""

    size: int

    def read_at(self, offset: int, length: int) -> bytes: ...


class ArchiveDamaged(Exception):
    """The archive breaks `rule` so badly that its directory cannot be read on."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message


@dataclass(frozen=True, kw_only=True)
class DirectoryLocation:
    """Where the central directory lies and how many records it announces."""

    offset: int
    size: int
    entries: int


@dataclass(frozen=True)
class _Tail:
    """The last bytes of the archive, addressed by their offset in it."""

    offset: int
    data: bytes

    def part(self, offset: int, length: int) -> bytes:
        start = offset - self.offset
        return self.data[start : start + length] if start >= 0 else b""


def locate_directory(archive: Archive) -> DirectoryLocation:
    """Find the central directory by the records that end a zip, and check that they agree."""
    if archive.size == 0:
        raise ArchiveDamaged("empty_file", "The file has no content: upload the zip again.")
    longest = LONGEST_COMMENT + END.size + LOCATOR.size + END64.size
    length = min(archive.size, longest)
    tail = _Tail(archive.size - length, archive.read_at(archive.size - length, length))
    end = _end_offset(archive, tail)
    location, directory_end = _announced(tail, end)
    if location.offset + location.size != directory_end:
        raise ArchiveDamaged(
            "directory_offset",
            f"The archive's directory should end where its closing record begins (byte "
            f"{directory_end:,}), but is announced to end at byte "
            f"{location.offset + location.size:,}: make the zip again with an ordinary program.",
        )
    return location


def _end_offset(archive: Archive, tail: _Tail) -> int:
    """The offset of the end record, found as `zipfile` finds it, but with nothing after it."""
    last = len(tail.data) - END.size
    found = last if _ends_without_comment(tail.data) else tail.data.rfind(END_SIGNATURE)
    if found < 0:
        raise _no_zip(archive)
    if found > last:
        raise ArchiveDamaged("truncated", "The zip ends in its closing record: upload it again.")
    comment = END.unpack_from(tail.data, found)[-1]
    if found + END.size + comment != len(tail.data):
        raise ArchiveDamaged(
            "trailing_bytes",
            "The zip's closing record does not end where the file ends, so the file was cut or "
            "something was appended to it: upload the zip as it was made.",
        )
    return tail.offset + found


def _ends_without_comment(tail: bytes) -> bool:
    record = tail[-END.size :]
    return len(record) == END.size and record.startswith(END_SIGNATURE) and record[-2:] == b"\0\0"


def _no_zip(archive: Archive) -> ArchiveDamaged:
    head = archive.read_at(0, min(archive.size, 8))
    if head.startswith(LOCAL_SIGNATURE):
        return ArchiveDamaged(
            "truncated",
            "The file begins as a zip but its end is missing, so it is cut off: upload it again, "
            "completely.",
        )
    known = [name for magic, name in OTHER_FORMATS.items() if head.startswith(magic)]
    what = f"is a {known[0]} file" if known else "is not a zip archive"
    return ArchiveDamaged("not_a_zip", f"The file {what}: a data set must be uploaded as a .zip.")


def _announced(tail: _Tail, end: int) -> tuple[DirectoryLocation, int]:
    """What the end records announce, and where the directory must end."""
    _, disk, start_disk, here, entries, size, offset, _ = END.unpack(tail.part(end, END.size))
    plain = (disk, start_disk, here, entries, size, offset)
    locator = tail.part(end - LOCATOR.size, LOCATOR.size)
    if not locator.startswith(LOCATOR_SIGNATURE):
        return _location(plain), end
    record_offset = end - LOCATOR.size - END64.size
    record = tail.part(record_offset, END64.size)
    _, _, announced_offset, disks = LOCATOR.unpack(locator)
    if not record.startswith(END64_SIGNATURE) or announced_offset != record_offset or disks > 1:
        raise ArchiveDamaged(
            "zip64_record",
            "The zip64 record of the archive is not where it is announced: make the zip again "
            "with an ordinary zip program.",
        )
    large = END64.unpack(record)[4:]
    _require_agreement(plain, large)
    return _location(large), record_offset


def _require_agreement(plain: tuple[int, ...], large: tuple[int, ...]) -> None:
    """A plain field that is not marked "see zip64" must say the same as the zip64 record."""
    marks = (0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    for short, long, mark in zip(plain, large, marks, strict=True):
        if short not in (mark, long):
            raise ArchiveDamaged(
                "zip64_record",
                f"The archive's two closing records contradict each other ({short:,} and "
                f"{long:,}): make the zip again with an ordinary zip program.",
            )


def _location(announced: tuple[int, ...]) -> DirectoryLocation:
    disk, start_disk, here, entries, size, offset = announced
    if disk or start_disk or here != entries:
        raise ArchiveDamaged(
            "multiple_parts", "The zip is one part of several: upload a zip in one piece."
        )
    return DirectoryLocation(offset=offset, size=size, entries=entries)
