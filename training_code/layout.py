"""Which members of a zip are labelled images. Judged by names alone; it opens nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from training_code.errors import InputError

SPLIT_NAMES = {
    "train": "train",
    "valid": "valid",
    "val": "valid",
    "validation": "valid",
    "test": "test",
}
IMAGE_SUFFIXES = {".jpg", ".jpeg", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
SYSTEM_NAMES = {"thumbs.db", "desktop.ini", "__macosx"}
NUMBER_PREFIX = re.compile(r"^\d+[._\- ]+")


@dataclass(frozen=True)
class Entry:
    """An image of the zip. What a zip without own split holds is all `train` at first."""

    member: str
    split: str
    folder: str  # the class folder


@dataclass(frozen=True)
class Layout:
    """The labelled images, and what else lies in the zip."""

    entries: tuple[Entry, ...]
    ignored: tuple[str, ...]

    @property
    def folders(self) -> tuple[str, ...]:
        """Class folders in the order of the labels."""
        return tuple(sorted({entry.folder for entry in self.entries}))


def recognise(names: Iterable[str]) -> Layout:
    """Find the class folders, below train, valid, test or without them, in any wrapper folder."""
    files = [name for name in dict.fromkeys(names) if not name.endswith("/")]
    images = [name for name in files if is_image(name)]
    entries = split_entries(images) or plain_entries(images)
    layout = Layout(tuple(entries), tuple(sorted({*files} - {entry.member for entry in entries})))
    if len(layout.folders) < 2:
        raise InputError(
            f"the zip has {len(layout.folders)} class folder(s) with images: it needs two or more, "
            "as train|valid|test/<class>/<image> or as <class>/<image>"
        )
    return layout


def is_image(name: str) -> bool:
    """By suffix; what operating systems leave behind is none."""
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") or part.lower() in SYSTEM_NAMES for part in parts)
    return not hidden and PurePosixPath(name).suffix.lower() in IMAGE_SUFFIXES


def split_entries(images: Sequence[str]) -> list[Entry]:
    """Images of the layout <wrapper>/train|valid|test/<class>/<image>; empty if it is not that."""
    entries = []
    for name in images:
        parts = PurePosixPath(name).parts
        for position, part in enumerate(parts[:-2]):  # a class folder and a file must follow
            if part.lower() in SPLIT_NAMES:
                entries.append(Entry(name, SPLIT_NAMES[part.lower()], parts[position + 1]))
                break
    return entries if any(entry.split == "train" for entry in entries) else []


def plain_entries(images: Sequence[str]) -> list[Entry]:
    """Images of the layout <wrapper>/<class>/<image>."""
    depth = wrapper_depth([PurePosixPath(name).parts[:-1] for name in images])
    paths = [(name, PurePosixPath(name).parts) for name in images]
    return [Entry(name, "train", parts[depth]) for name, parts in paths if len(parts) > depth + 1]


def wrapper_depth(folders: Sequence[tuple[str, ...]]) -> int:
    """How many outer folders hold everything."""
    deepest = max((len(parts) for parts in folders), default=0)
    depth = 0
    while (
        depth < deepest - 1 and len({parts[depth] for parts in folders if len(parts) > depth}) == 1
    ):
        depth += 1
    return depth


def class_names(folders: Sequence[str]) -> tuple[str, ...]:
    """Folder names without their number prefix, unless two classes would then be one."""
    short = tuple(NUMBER_PREFIX.sub("", folder) or folder for folder in folders)
    return short if len(set(short)) == len(short) else tuple(folders)
