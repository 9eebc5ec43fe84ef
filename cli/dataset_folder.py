"""A folder of class folders on this machine, packed as the zip that it would be uploaded as."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.mistakes import Mistake
from pipeline.gate.layout import is_image


@contextmanager
def as_zip(folder: Path, on_files: Callable[[int, int], None]) -> Iterator[Path]:
    """The zip of a folder's images, which is gone afterwards.

    `on_files` is told how many of how many files are packed. Photos are stored as they are: they
    do not shrink.

    Raises:
        Mistake: there is no image in it; a file cannot be read or named; the disk is full.
    """
    files = _images_below(folder := folder.resolve())
    if not files:
        raise Mistake(f"{folder} holds no images: give the folder that the class folders lie in.")
    with TemporaryDirectory(prefix="kennel-") as place:
        packed = Path(place) / f"{folder.name or 'dataset'}.zip"
        _pack(folder, files, packed, on_files)
        yield packed


def _images_below(folder: Path) -> list[Path]:
    """In an order that does not depend on the disk. What no gate would use stays here."""
    found = (Path(place) / name for place, _, names in os.walk(folder) for name in names)
    return sorted(
        path for path in found if is_image(path.relative_to(folder).as_posix()) and path.is_file()
    )


def _pack(
    folder: Path, files: list[Path], packed: Path, on_files: Callable[[int, int], None]
) -> None:
    # Photos from before 1980, or of no date, are no reason to refuse them.
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        for number, file in enumerate(files, start=1):
            try:
                archive.write(file, file.relative_to(folder.parent))
            except UnicodeEncodeError as error:
                raise Mistake(f"{file!r} has a name that is no text: rename it.") from error
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    raise Mistake(
                        f"The disk of {packed.parent} has no room for the zip: set TMPDIR to a "
                        "folder that has."
                    ) from error
                raise Mistake(f"{file} cannot be read ({error.strerror}).") from error
            on_files(number, len(files))
