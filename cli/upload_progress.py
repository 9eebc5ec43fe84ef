"""An upload with a bar that a person can watch, or two lines in a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from cli.corrections import lie_beside
from cli.dataset_folder import as_zip
from cli.printable import printable_line
from cli.terminal import notes, say
from cli.upload import MEBIBYTE, Again, Upload, settings_from_before

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def send_with_progress(upload: Upload | Again, s3: S3Client, bucket: str) -> None:
    console = notes()
    if isinstance(upload, Again):
        upload.send(s3, bucket)
        return
    if upload.settings is None and settings_from_before(s3, bucket, upload.key):
        say(console, "the settings that lie beside it in the bucket from before will apply")
    if upload.corrections is None and lie_beside(s3, bucket, upload.key):
        say(console, "the corrections that lie beside it in the bucket from before will apply")
    for warning in upload.report.warnings:
        say(console, f"beware: {warning.message}")
    with showing_progress(upload.zip, upload.size) as on_bytes:
        upload.send(s3, bucket, on_bytes)


@contextmanager
def packed(path: Path) -> Iterator[Path]:
    """A zip as it is, or a folder as one, with a bar while it is packed."""
    if not path.is_dir():
        yield path
        return
    console = notes()
    if not console.is_terminal:
        say(console, f"packing {path}")
    columns = (TextColumn("packing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with ExitStack() as kept:
        # What comes next has a bar of its own: this one ends with the packing.
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("")
            file = kept.enter_context(
                as_zip(path, lambda done, all_: progress.update(task, completed=done, total=all_))
            )
        yield file


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
