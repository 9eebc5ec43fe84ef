"""Whether what was put under datasets/ is called as a data set is. Looks at no content."""

from __future__ import annotations

from typing import Final

from pipeline.errors import InputError
from pipeline.names import CORRECTIONS, DATASETS, ZIP
from pipeline.quoting import quoted

PACKED: Final = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst")


class Misnamed(InputError):
    """No data set is called like that: upload it under another name, or something else."""


def require_name_of_zip(key: str) -> None:
    """
    Raises:
        Misnamed: the run could not begin with it.
    """
    name = key.rpartition("/")[2]
    if name == ZIP:
        raise Misnamed(
            f"{quoted(key)} has no name before {ZIP}: upload it as {DATASETS}dogs{ZIP}, say."
        )
    if name.endswith(ZIP):
        return
    if name.lower().endswith(ZIP):
        raise Misnamed(
            f"{quoted(key)} ends in {name[-len(ZIP) :]}: upload it again under a name that ends in "
            f"{ZIP}, in small letters."
        )
    if name.lower().endswith(PACKED):
        raise Misnamed(
            f"{quoted(key)} is no zip, the one kind of archive that Kennel takes: pack the class "
            f"folders as a {ZIP} and upload that."
        )
    raise Misnamed(
        f"{quoted(key)} is no zip: a data set is one {ZIP} of class folders with images, and its "
        f"settings are a .json of the same name beside it, its corrections a {CORRECTIONS}."
        f"{_silence(key)}"
    )


def _silence(key: str) -> str:
    """The files of a folder that was copied there are thousands, and one sentence is enough."""
    top, slash, _ = key.removeprefix(DATASETS).partition("/")
    return f" No more is said of other files in {quoted(DATASETS + top + slash)}." if slash else ""
