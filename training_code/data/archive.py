"""The data set's zip, read member by member. Nothing that it declares about itself is trusted."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from inference_code.photos import UnreadableImage
from training_code.job.errors import InputError

MAX_MEMBER_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class CheckedArchive:
    """By what a job knows the zip again that the gate has checked.

    A job is given whatever lies in its input when it starts. The directory at a zip's end holds
    the name, size and checksum of every entry: with the same directory it is the same zip.
    """

    key: str
    version: str | None
    etag: str
    bytes: int
    directory_offset: int
    directory_digest: str  # SHA-256 in hex of all that lies from there on

    def require(self, path: Path) -> None:
        """Refuse any other zip, before anything else is read of it."""
        if path.stat().st_size != self.bytes or self._digest(path) != self.directory_digest:
            raise InputError(
                f"the run's copy of {self.key} (version {self.version}) is not the zip that was "
                "checked: somebody has replaced it under checked/. Upload the data set again"
            )

    def _digest(self, path: Path) -> str:
        with path.open("rb") as file:
            file.seek(self.directory_offset)
            return hashlib.file_digest(file, "sha256").hexdigest()


class DatasetArchive:
    """Gives the bytes of members. May be handed to loader processes: each opens the file itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: dict[int, zipfile.ZipFile] = {}  # by process: a file position is not shared

    def names(self) -> list[str]:
        """All members in the directory's order, folders included."""
        return self._zip().namelist()

    def read(self, member: str) -> bytes:
        """The whole member, and never more than the limit, whatever size it declares."""
        try:
            with self._zip().open(member) as stream:
                body = stream.read(MAX_MEMBER_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError) as error:
            raise UnreadableImage("corrupt", f"the zip entry is damaged: {error}") from error
        except (NotImplementedError, RuntimeError) as error:  # compression unknown, encrypted
            raise UnreadableImage("corrupt", f"the zip entry cannot be read: {error}") from error
        if len(body) > MAX_MEMBER_BYTES:
            limit = MAX_MEMBER_BYTES // 1024 // 1024
            raise UnreadableImage("too_large", f"the zip entry is larger than {limit} MB")
        return body

    def _zip(self) -> zipfile.ZipFile:
        process = os.getpid()
        if process not in self._opened:
            try:
                self._opened[process] = zipfile.ZipFile(self.path)
            except (zipfile.BadZipFile, OSError) as error:
                raise InputError(f"{self.path.name} is not a readable zip: {error}") from error
        return self._opened[process]

    def close(self) -> None:
        """Close what this process has opened."""
        for opened in self._opened.values():
            opened.close()
        self._opened.clear()


def find_archive(folder: Path, checked: CheckedArchive) -> DatasetArchive:
    """The one zip below a channel's folder: a manifest may have laid it into a sub-folder."""
    zips = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".zip")
    if len(zips) != 1:
        raise InputError(f"the data set channel holds {len(zips)} zip files instead of one")
    checked.require(zips[0])
    return DatasetArchive(zips[0])
