"""Archives that go to S3 and come from there; the same files always give the same bytes."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

from localcloud.sagemaker.region.errors import JobFailed


def pack(folder: Path, archive: Path) -> None:
    """A tar.gz of what is in the folder, without times and owners."""
    with (
        archive.open("wb") as file,
        gzip.GzipFile(fileobj=file, filename="", mode="wb", mtime=0, compresslevel=6) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            tar.add(path, name, recursive=False, filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    # Names and times of this machine would make each archive a new one.
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = 0
    return member


def unpack(archive: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive, mode="r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise JobFailed(f"ClientError: {archive.name} is no usable tar.gz: {error}") from error
