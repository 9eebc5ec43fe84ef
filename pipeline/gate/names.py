"""The rules for the names of an archive's files taken together: no name twice."""

from __future__ import annotations

import unicodedata
from hashlib import blake2b

from pipeline.gate.records import FLAG_UTF8, Entry
from pipeline.gate.report import FindingList
from pipeline.quoting import quoted


class FileNames:
    """The names seen so far, as digests: 200,000 long names would not fit into the memory."""

    def __init__(self) -> None:
        self._exact: set[bytes] = set()
        self._alike: set[bytes] = set()
        self._unmarked = False  # said once: in such a zip it is true of all names

    def add(self, entry: Entry, findings: FindingList) -> None:
        """Note a file's name, and a finding if it was there before."""
        # Two names in an entry with a Unicode path: the jobs' zip reader may know only the other.
        exact = {_digest(name) for name in {entry.name, entry.plain_name}}
        alike = _digest(_folded(entry.name))
        if exact & self._exact:
            findings.refuse(
                "duplicate_name",
                f"The archive has two entries named {quoted(entry.name)}: keep one of them.",
                entry=entry.name,
            )
        elif alike in self._alike:
            findings.warn(
                "similar_name",
                f"Another entry has the name {quoted(entry.name)} but for capital letters or the "
                "way its accents are written: both are used; remove one if they are the same.",
                entry=entry.name,
            )
        self._exact |= exact
        self._alike.add(alike)
        if not self._unmarked and _is_unmarked(entry):
            self._unmarked = True
            findings.warn(
                "old_encoding",
                f"Names such as {quoted(entry.name)} are not marked as UTF-8 and may show wrong "
                "letters, also in the labels: make the zip with a program that marks them.",
                entry=entry.name,
            )


def _folded(name: str) -> str:
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def _digest(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=16).digest()


def _is_unmarked(entry: Entry) -> bool:
    return (
        not entry.name.isascii() and entry.name == entry.plain_name and not entry.flags & FLAG_UTF8
    )
