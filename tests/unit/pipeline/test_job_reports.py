from __future__ import annotations

import io
import tarfile

import pytest

from pipeline.job_reports import DAMAGED, reports_in
from tests.support.job_outputs import packed


def read_all(archive: bytes) -> dict[str, tuple[int, bytes]]:
    return {name: (size, file.read()) for name, size, file in reports_in(io.BytesIO(archive))}


def test_plain_files_come_out_under_their_names() -> None:
    assert read_all(packed({"metrics.json": b"{}", "./curves.png": b"png"})) == {
        "metrics.json": (2, b"{}"),
        "curves.png": (3, b"png"),
    }


def test_a_file_that_is_not_read_is_passed_over() -> None:
    reports = reports_in(io.BytesIO(packed({"large": bytes(5_000_000), "small": b"1"})))

    assert [(name, size) for name, size, _ in reports] == [("large", 5_000_000), ("small", 1)]


def test_a_file_comes_line_by_line() -> None:
    reports = reports_in(io.BytesIO(packed({"rows": b"1\n2\n3"})))

    assert [list(file) for _, _, file in reports] == [[b"1\n", b"2\n", b"3"]]


def test_what_is_no_plain_file_is_left_out() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        for member in (link, folder):
            archive.addfile(member)

    assert read_all(buffer.getvalue()) == {}


@pytest.mark.parametrize(
    "archive", [b"", b"no archive", packed({"a": bytes(range(256)) * 99})[:60]]
)
def test_what_is_no_whole_archive_raises(archive: bytes) -> None:
    with pytest.raises(DAMAGED):
        read_all(archive)
