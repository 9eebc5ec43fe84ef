"""The rules that each entry of an archive must keep by itself: its path, kind, method and sizes."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator
from typing import Final

from pipeline.gate.limits import GateLimits
from pipeline.gate.records import Entry
from pipeline.quoting import quoted

STORED: Final = 0
DEFLATED: Final = 8
AES_MARK: Final = 99
METHODS: Final = {1: "shrink", 6: "implode", 9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstd"}

FLAG_ENCRYPTED: Final = 1 << 0
FLAG_PATCH: Final = 1 << 5
FLAG_STRONG_ENCRYPTION: Final = 1 << 6
FLAG_MASKED_HEADERS: Final = 1 << 13
ENCRYPTION_FLAGS: Final = FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION | FLAG_MASKED_HEADERS

# The newest version of the format that Python's zipfile reads.
NEWEST_VERSION: Final = 63
# Deflate cannot do better: an entry that claims more lies about its size.
DEFLATE_RATIO: Final = 1032

# Control characters, line separators, and marks that make text run backwards on a screen.
UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
DRIVE: Final = re.compile(r"[A-Za-z]:")

Broken = tuple[str, str]
"""A broken rule and the sentence about it."""


def broken_rules(entry: Entry, limits: GateLimits) -> Iterator[Broken]:
    """Every rule that the entry breaks, one of each group."""
    checks: tuple[Callable[[Entry, GateLimits], Broken | None], ...] = (
        _path, _kind, _encryption, _method, _sizes,
    )  # fmt: skip
    for check in checks:
        broken = check(entry, limits)
        if broken is not None:
            yield broken


def _path(entry: Entry, limits: GateLimits) -> Broken | None:
    for name in {entry.name, entry.plain_name}:
        fault = _path_fault(name)
        if fault is not None:
            return "unsafe_path", (
                f"The path {quoted(name)} {fault}: zip the folder of the images itself, so that "
                "all paths start with its name."
            )
        encoded = name.encode()
        longest_part = max(map(len, encoded.split(b"/")))
        if len(encoded) > limits.max_path_bytes or longest_part > limits.max_name_bytes:
            return "long_path", (
                f"The path {quoted(name)} is longer than {limits.max_path_bytes:,} bytes or has a "
                f"part longer than {limits.max_name_bytes}: shorten it."
            )
    return None


def _path_fault(name: str) -> str | None:
    if UNPRINTABLE.search(name):
        return "contains control characters"
    if "\\" in name:
        return "contains a backslash, where a zip separates folders by /"
    if name.startswith("/"):
        return "is absolute"
    if DRIVE.match(name):
        return "starts with a drive letter"
    parts = name.removesuffix("/").split("/")
    if ".." in parts:
        return "leads out of the archive by “..”"
    if "." in parts or "" in parts:
        return "has an empty part or “.” in it"
    return None


def _kind(entry: Entry, _: GateLimits) -> Broken | None:
    """Only plain files and folders; the mode is 0 where the zip was not made on Unix."""
    kind = stat.S_IFMT(entry.mode)
    if kind == stat.S_IFLNK:
        return "link", (
            f"The entry {quoted(entry.name)} is a symbolic link: put the image itself there."
        )
    if kind not in (0, stat.S_IFDIR if entry.is_folder else stat.S_IFREG):
        return "special_file", (
            f"The entry {quoted(entry.name)} is neither a plain file nor a folder: remove it."
        )
    return None


def _encryption(entry: Entry, _: GateLimits) -> Broken | None:
    if entry.flags & ENCRYPTION_FLAGS or entry.method == AES_MARK:
        return "encrypted", (
            f"The entry {quoted(entry.name)} is encrypted: make the zip without a password."
        )
    return None


def _method(entry: Entry, _: GateLimits) -> Broken | None:
    if entry.method == AES_MARK:
        return None  # reported as encrypted
    if entry.method not in (STORED, DEFLATED):
        name = METHODS.get(entry.method, f"number {entry.method}")
        return "compression_method", (
            f"The entry {quoted(entry.name)} is compressed by the method {name}: make the zip "
            "with the method “deflate” or “store”."
        )
    if entry.version > NEWEST_VERSION or entry.flags & FLAG_PATCH:
        return "zip_version", (
            f"The entry {quoted(entry.name)} needs a zip program newer than the format's version "
            f"{NEWEST_VERSION / 10}: make the zip with an ordinary zip program."
        )
    return None


def _sizes(entry: Entry, limits: GateLimits) -> Broken | None:
    if _sizes_lie(entry):
        return "lying_entry", (
            f"The entry {quoted(entry.name)} declares {entry.compressed:,} bytes that unpack to "
            f"{entry.uncompressed:,}, which cannot be true: make the zip again."
        )
    if entry.uncompressed > limits.max_entry_bytes:
        return "large_entry", (
            f"The entry {quoted(entry.name)} unpacks to {entry.uncompressed:,} bytes, more than "
            f"the {limits.max_entry_bytes:,} allowed: scale the image down or remove it."
        )
    ratio = entry.uncompressed / max(entry.compressed, 1)
    if entry.uncompressed > limits.min_bytes_for_entry_ratio and ratio > limits.max_entry_ratio:
        return "implausible_ratio", (
            f"The entry {quoted(entry.name)} unpacks to {ratio:,.0f} times its size, more than the "
            f"{limits.max_entry_ratio} allowed, as only a zip bomb does: remove it."
        )
    return None


def _sizes_lie(entry: Entry) -> bool:
    if entry.is_folder:
        return entry.uncompressed > 0
    if entry.method == STORED:
        return entry.compressed != entry.uncompressed
    return entry.uncompressed > entry.compressed * DEFLATE_RATIO
