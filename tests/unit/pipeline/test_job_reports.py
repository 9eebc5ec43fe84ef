from __future__ import annotations

import io
import tarfile

import pytest

from pipeline.job_reports import MOST_BYTES, reports_in
from tests.support.job_outputs import packed


def test_plain_files_come_out_under_their_names() -> None:
    assert reports_in(packed({"metrics.json": b"{}", "./curves.png": b"png"})) == {
        "metrics.json": b"{}",
        "curves.png": b"png",
    }


def test_what_is_no_plain_file_is_left_out() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        for member in (link, folder):
            archive.addfile(member)

    assert reports_in(buffer.getvalue()) == {}


def test_a_file_too_large_for_a_report_is_left_out() -> None:
    archive = packed({"small": b"1", "large": bytes(MOST_BYTES + 1)})

    assert list(reports_in(archive)) == ["small"]


def test_what_is_no_archive_raises() -> None:
    with pytest.raises(tarfile.ReadError):
        reports_in(b"no archive")
