"""The data set's zip, read member by member. Nothing that it declares about itself is trusted."""

from __future__ import annotations

import os
import zipfile
import zlib
from pathlib import Path

from inference_code.photos import UnreadableImageError
from training_code.errors import InputError

MAX_MEMBER_BYTES = 64 * 1024 * 1024


class DatasetArchive:
    """Gives the bytes of members. May be handed to loader processes: each opens the file itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: dict[int, zipfile.ZipFile] = {}  # by process: a file position is not shared

    def names(self) -> list[str]:
        """All members, folders included."""
        return self._zip().namelist()

    def read(self, member: str) -> bytes:
        """The whole member, and never more than the limit, whatever size it declares."""
        try:
            with self._zip().open(member) as stream:
                body = stream.read(MAX_MEMBER_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError) as error:
            raise UnreadableImageError("corrupt", f"the zip entry is damaged: {error}") from error
        except (NotImplementedError, RuntimeError) as error:  # compression unknown, encrypted
            raise UnreadableImageError(
                "corrupt", f"the zip entry cannot be read: {error}"
            ) from error
        if len(body) > MAX_MEMBER_BYTES:
            limit = MAX_MEMBER_BYTES // 1024 // 1024
            raise UnreadableImageError("too_large", f"the zip entry is larger than {limit} MB")
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


def find_archive(folder: Path, checked_bytes: int = 0) -> DatasetArchive:
    """The one zip below a channel's folder: a manifest may have laid it into a sub-folder.

    A job reads whatever lies under the key when it starts; `checked_bytes` is the size of what was
    uploaded (0 if unknown).
    """
    zips = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".zip")
    if len(zips) != 1:
        raise InputError(f"the data set channel holds {len(zips)} zip files instead of one")
    size = zips[0].stat().st_size
    if checked_bytes and size != checked_bytes:
        raise InputError(
            f"{zips[0].name} has {size} bytes, {checked_bytes} were checked: it was overwritten "
            "while its run was at work, and the newer one has a run of its own"
        )
    return DatasetArchive(zips[0])
