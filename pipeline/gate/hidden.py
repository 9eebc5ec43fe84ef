"""Images in hidden folders: they are no part of the data set, which nobody should find out late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.gate.layout import IMAGE_SUFFIXES, SYSTEM_NAMES, DatasetLayout
from pipeline.gate.report import FindingList
from pipeline.quoting import quoted

# What programs leave beside images; nobody calls a class like that.
LEFT_BY_PROGRAMS: Final = (
    ".appledouble", ".cache", ".dtrash", ".fseventsd", ".git", ".ipynb_checkpoints",
    ".picasaoriginals", ".spotlight", ".thumb", ".trash", ".@__thumb",
)  # fmt: skip


def hidden_folder(path: str) -> str | None:
    """The topmost hidden folder of a file that would be an image elsewhere; None without one."""
    parts = path.split("/")
    if parts[-1].startswith(".") or parts[-1].rpartition(".")[2].lower() not in IMAGE_SUFFIXES:
        return None
    for depth, part in enumerate(parts[:-1]):
        if part.lower() in SYSTEM_NAMES or part.lower().startswith(LEFT_BY_PROGRAMS):
            return None
        if part.startswith("."):
            return "/".join(parts[: depth + 1])
    return None


def judge_hidden(hidden: Mapping[str, int], layout: DatasetLayout, findings: FindingList) -> None:
    """Refuse one that lies where the classes do; of others warn."""
    beside = layout.class_parents
    for folder, count in hidden.items():
        what = (
            f"The folder {quoted(folder)} is hidden, as its name begins with a dot, so its "
            f"{count:,} image{'' if count == 1 else 's'} would be left out"
        )
        if folder.rpartition("/")[0] in beside:
            findings.refuse(
                "hidden_class", f"{what}: rename it if it is a class, and remove it if it is none."
            )
        else:
            findings.warn("hidden_images", f"{what}: rename it if they belong to the data set.")
