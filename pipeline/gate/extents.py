"""Where the entries' data lie in the archive: inside it, apart from each other, and as declared."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from typing import Final

from pipeline.gate.directory import LOCAL_SIGNATURE, Archive
from pipeline.gate.records import IN_ZIP64, Entry, entry_at
from pipeline.gate.report import FindingList
from pipeline.quoting import quoted

LOCAL: Final = struct.Struct("<4s5H3L2H")
FLAG_SIZES_FOLLOW: Final = 1 << 3
LARGEST: Final = 2**64 - 1


class Extents:
    """The entries' places, in three numbers each: 100,000 of them take 2.4 MB."""

    def __init__(self, directory: bytes, data_end: int) -> None:
        self._directory = directory
        self._data_end = data_end
        self._starts = array("Q")
        self._ends = array("Q")
        self._positions = array("Q")

    def add(self, entry: Entry) -> None:
        """Note an entry: its header, its name and its data are the least that it occupies."""
        end = entry.offset + LOCAL.size + len(entry.raw_name) + entry.compressed
        self._starts.append(entry.offset)
        self._ends.append(min(end, LARGEST))
        self._positions.append(entry.position)

    def judge(self, findings: FindingList) -> bool:
        """Refuse entries that overlap or end where the directory is; whether there were none."""
        sound = True
        furthest = None
        for index in self._order():
            if self._ends[index] > self._data_end:
                sound = False
                _refuse_outside(self._entry(index), findings)
            if furthest is not None and self._starts[index] < self._ends[furthest]:
                sound = False
                _refuse_overlap(self._entry(index), self._entry(furthest), findings)
            if furthest is None or self._ends[index] > self._ends[furthest]:
                furthest = index
        return sound

    def sample(self, count: int) -> Iterator[tuple[Entry, int]]:
        """Up to `count` entries, the first, the last and evenly between, each with the offset
        where its data must have ended."""
        order = self._order()
        steps = max(min(count, len(order)) - 1, 1)
        for rank in sorted({(len(order) - 1) * step // steps for step in range(steps + 1)}):
            following = order[rank + 1 : rank + 2]
            end = self._starts[following[0]] if following else self._data_end
            yield self._entry(order[rank]), end

    def _order(self) -> list[int]:
        return sorted(range(len(self._starts)), key=self._starts.__getitem__)

    def _entry(self, index: int) -> Entry:
        return entry_at(self._directory, self._positions[index])


def compare_header(archive: Archive, entry: Entry, end: int, findings: FindingList) -> None:
    """Refuse an entry whose header in front of its data contradicts the directory."""
    length = min(LOCAL.size + len(entry.raw_name), archive.size - entry.offset)
    header = archive.read_at(entry.offset, length)
    fault = _header_fault(header, entry, end)
    if fault is not None:
        findings.refuse(
            "lying_entry",
            f"The entry {quoted(entry.name)} {fault}, so the archive is damaged or forged: make "
            "the zip again.",
            entry=entry.name,
        )


def _header_fault(header: bytes, entry: Entry, end: int) -> str | None:
    if len(header) < LOCAL.size or not header.startswith(LOCAL_SIGNATURE):
        return f"does not begin at byte {entry.offset:,}, where the directory says it does"
    _, _, flags, method, _, _, crc, compressed, size, names, extra = LOCAL.unpack_from(header)
    if header[LOCAL.size : LOCAL.size + names] != entry.raw_name:
        return "has another name in front of its data than in the directory"
    if method != entry.method or (flags ^ entry.flags) & 1:
        return "is packed in another way than the directory says"
    if entry.offset + LOCAL.size + names + extra + entry.compressed > end:
        return "has more data than there is room for"
    declared = (entry.crc, entry.compressed, entry.uncompressed)
    if not flags & FLAG_SIZES_FOLLOW and not _agree((crc, compressed, size), declared):
        return "has another size or checksum in front of its data than in the directory"
    return None


def _agree(local: tuple[int, int, int], declared: tuple[int, int, int]) -> bool:
    """Sizes too large for the local header stand in its zip64 field, behind the mark IN_ZIP64."""
    crc, *sizes = local
    return crc == declared[0] and all(
        size in (IN_ZIP64, actual) for size, actual in zip(sizes, declared[1:], strict=True)
    )


def _refuse_overlap(entry: Entry, other: Entry, findings: FindingList) -> None:
    findings.refuse(
        "overlap",
        f"The entries {quoted(other.name)} and {quoted(entry.name)} share the same bytes of the "
        "archive, as only a forged zip does: make the zip again from the images.",
        entry=entry.name,
    )


def _refuse_outside(entry: Entry, findings: FindingList) -> None:
    findings.refuse(
        "outside",
        f"The entry {quoted(entry.name)} reaches beyond the archive's data, so the archive is "
        "damaged or forged: make the zip again.",
        entry=entry.name,
    )
