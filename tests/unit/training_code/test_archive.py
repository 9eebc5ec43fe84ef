"""Zips are read without believing them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from inference_code.photos import UnreadableImage
from tests.support.datasets import write_zip
from tests.support.verdicts import judged
from training_code.data.archive import (
    MAX_MEMBER_BYTES,
    CheckedArchive,
    DatasetArchive,
    find_archive,
)
from training_code.job.errors import InputError


@pytest.fixture
def checked(tmp_path: Path) -> CheckedArchive:
    """A zip that the gate has checked, where a manifest has laid it."""
    path = tmp_path / "dataset" / "sub" / "dogs.ZIP"
    _, verdict = judged(write_zip(path, {"A/1.jpg": b"pixels", "B/1.jpg": b"others"}))
    assert verdict is not None
    return verdict.archive


def test_the_zip_is_found_below_the_channel(tmp_path: Path, checked: CheckedArchive) -> None:
    assert find_archive(tmp_path, checked).read("A/1.jpg") == b"pixels"


@pytest.mark.parametrize(
    "body", [b"", b"PK\x05\x06", b"x" * 200], ids=["empty", "shorter", "no zip at all"]
)
def test_whatever_lies_there_instead_of_the_checked_zip_is_refused(
    tmp_path: Path, checked: CheckedArchive, body: bytes
) -> None:
    (tmp_path / "dataset" / "sub" / "dogs.ZIP").write_bytes(body)

    with pytest.raises(
        InputError, match=r"dogs\.ZIP \(version v1\) is not the zip that was checked"
    ):
        find_archive(tmp_path, checked)


@pytest.mark.parametrize("count", [0, 2])
def test_exactly_one_zip_is_wanted(tmp_path: Path, checked: CheckedArchive, count: int) -> None:
    channel = tmp_path / "channel"
    channel.mkdir()
    for number in range(count):
        write_zip(channel / f"{number}.zip", {"a": b"1"})

    with pytest.raises(InputError, match=f"holds {count} zip files instead of one"):
        find_archive(channel, checked)


def test_what_is_no_zip_says_so(tmp_path: Path) -> None:
    (tmp_path / "dogs.zip").write_bytes(b"not a zip")

    with pytest.raises(InputError, match=r"dogs\.zip is not a readable zip"):
        DatasetArchive(tmp_path / "dogs.zip").names()


def test_an_entry_larger_than_the_limit_is_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "dogs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("bomb", bytes(MAX_MEMBER_BYTES + 1))

    with pytest.raises(UnreadableImage) as caught:
        DatasetArchive(path).read("bomb")

    assert caught.value.code == "too_large"


def test_a_damaged_entry_is_corrupt(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "dogs.zip", {"a": b"x" * 1000})
    path.write_bytes(path.read_bytes().replace(b"xxxx", b"yyyy", 3))

    with pytest.raises(UnreadableImage) as caught:
        DatasetArchive(path).read("a")

    assert caught.value.code == "corrupt"
