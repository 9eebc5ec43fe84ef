"""An upload with a bar that a person can watch, or two lines in a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from cli.printable import printable_line
from cli.terminal import notes, say
from cli.upload import MEBIBYTE, Upload, settings_from_before

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def send_with_progress(upload: Upload, s3: S3Client, bucket: str) -> None:
    console = notes()
    if upload.settings is None and settings_from_before(s3, bucket, upload.key):
        say(console, "the settings that lie beside it in the bucket from before will apply")
    for warning in upload.report.warnings:
        say(console, f"beware: {warning.message}")
    with showing_progress(upload.zip, upload.size) as on_bytes:
        upload.send(s3, bucket, on_bytes)


@contextmanager
def showing_progress(file: Path, size: int) -> Iterator[Callable[[int], None]]:
    """What is to be called with the number of bytes sent since the last call."""
    console = notes()
    if not console.is_terminal:
        say(console, f"uploading {file} ({size / MEBIBYTE:.1f} MiB)")
        yield lambda _: None
        return
    columns = (
        TextColumn("uploading {task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(printable_line(file.name), total=size)
        yield lambda sent: progress.advance(task, sent)
