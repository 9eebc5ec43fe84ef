"""Zips made in memory, and the gate that they are sent through."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping

import pytest

from pipeline.gate.inspection import inspect_dataset
from pipeline.gate.limits import GateLimits
from pipeline.gate.ranged_file import RangedFile
from pipeline.gate.report import DatasetReport

NOISE = os.urandom(64)


def _pack(entries: Iterable[str | zipfile.ZipInfo], data: bytes = NOISE) -> bytes:
    """A zip with these entries, all of the same content, folders without any."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for entry in entries:
            name = entry if isinstance(entry, str) else entry.filename
            archive.writestr(entry, b"" if name.endswith("/") else data)
    return buffer.getvalue()


def _judge(archive: bytes | Iterable[str | zipfile.ZipInfo], **limits: float) -> DatasetReport:
    data = archive if isinstance(archive, bytes) else _pack(archive)
    file = RangedFile(len(data), lambda offset, length: data[offset : offset + length])
    chosen = GateLimits(**limits)  # type: ignore[arg-type]  # each limit's own number type
    return inspect_dataset(file, key="datasets/pets.zip", limits=chosen).report


@pytest.fixture
def pack() -> Callable[..., bytes]:
    """Zip bytes of names or ZipInfos."""
    return _pack


@pytest.fixture
def archive_of() -> Callable[..., bytes]:
    """Zip bytes of names and their contents."""

    def packed(members: Mapping[str, bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, body in members.items():
                archive.writestr(name, body)
        return buffer.getvalue()

    return packed


@pytest.fixture
def judge() -> Callable[..., DatasetReport]:
    """The gate's report on zip bytes, or on a zip of names or ZipInfos."""
    return _judge


@pytest.fixture
def pets() -> list[str]:
    """The names of a sound data set without a split: two classes of ten images."""
    return [f"pets/{kind}/{number}.jpg" for kind in ("cat", "dog") for number in range(10)]


@pytest.fixture
def split_pets() -> list[str]:
    """The names of a sound data set with its own split."""
    return [
        f"pets/{split}/{kind}/{number}.jpg"
        for split in ("train", "valid", "test")
        for kind in ("1.cat", "2.dog")
        for number in range(5)
    ]
