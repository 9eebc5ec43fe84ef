"""Which zip a job takes for its data set."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from training_code.archive import find_archive
from training_code.errors import InputError


@pytest.fixture
def channel(tmp_path: Path) -> Path:
    """A folder with one zip, where a manifest has laid it."""
    (tmp_path / "sub").mkdir()
    with zipfile.ZipFile(tmp_path / "sub" / "dogs.zip", "w") as archive:
        archive.writestr("train/Pug/1.jpg", b"pixels")
    return tmp_path


def test_the_zip_that_was_checked_is_read(channel: Path) -> None:
    size = (channel / "sub" / "dogs.zip").stat().st_size

    assert find_archive(channel, size).read("train/Pug/1.jpg") == b"pixels"
    assert find_archive(channel).names() == ["train/Pug/1.jpg"]


def test_a_zip_that_was_overwritten_since_is_refused(channel: Path) -> None:
    with pytest.raises(InputError, match=r"dogs.zip has \d+ bytes, 7 were checked"):
        find_archive(channel, 7)


def test_a_channel_without_one_zip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds 0 zip files instead of one"):
        find_archive(tmp_path, 7)
