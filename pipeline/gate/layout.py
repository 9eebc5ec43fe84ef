"""Which layout the folders of an archive follow. Knows no archive: folders with images go in.

An image is a file with one of the suffixes jpg jpeg jfif png webp bmp gif tif tiff, in any case,
unless it is ignored. Ignored are folder entries, files of other suffixes, and whatever has a part
of its path that starts with a dot or is `__MACOSX`, `Thumbs.db` or `desktop.ini`, in any case.

Paths are taken apart at `/`. With all images of the archive:

1. Layout "split": at least one image lies at `<wrapper>/<split>/<class>/…/<file>`, where <split> is
   the first part, in any case, that is the name of a split (`split_names`) and has a class folder
   after it. A folder of such a name around the whole data set is a wrapper, if all images lie in
   splits below it. Then every image must lie so, under the same wrapper, and no split may have two
   spellings. Train must be there; what is missing of valid and test is taken out of train by
   prepare. The splits that are there must have the same class folders, equally spelled.
2. Layout "classes", else: the wrapper is the longest path of folders that all images share, and
   each image lies at `<wrapper>/<class>/…/<file>`. At least two class folders, and they must not
   all be called like splits ("seg_train" and "seg_test").

The wrapper is any number of folders, also none. Folders below a class folder belong to the class.
A class is its folder's name; its label is that name without a number prefix ("016.Beagle" is
"Beagle"), unless two classes would then have one label: then all labels are the folders' names.
Classes are ordered by folder name, by code points. The preparation knows none of this: it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.gate.report import Layout
from pipeline.gate.split_names import SPLITS, are_called_like_splits
from pipeline.quoting import quoted

IMAGE_SUFFIXES: Final = frozenset(
    {"jpg", "jpeg", "jfif", "png", "webp", "bmp", "gif", "tif", "tiff"}
)
SYSTEM_NAMES: Final = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
WHOLE: Final = "all"

Path = tuple[str, ...]


@dataclass(frozen=True, order=True)
class Group:
    """The images of one class in one split ("all" without one)."""

    split: str
    folder: str


@dataclass(frozen=True)
class DatasetLayout:
    """A recognised layout: images by split and class folder, and what each folder belongs to."""

    kind: Layout
    wrapper: str
    class_counts: Mapping[str, Mapping[str, int]]
    groups: Mapping[str, Group]

    @property
    def folders(self) -> list[str]:
        """The class folders of all splits, in order."""
        return sorted({folder for split in self.class_counts.values() for folder in split})

    @property
    def class_parents(self) -> set[str]:
        """The folders in which class folders lie."""
        depth = len(_parts(self.wrapper)) + (self.kind == "split")
        return {"/".join(_parts(folder)[:depth]) for folder in self.groups}


class LayoutUnclear(Exception):
    """The folders follow no layout that Kennel knows; the message says where they leave it."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message


@dataclass(frozen=True)
class _SplitFolder:
    wrapper: Path
    spelling: str
    class_folder: str


def is_image(path: str) -> bool:
    """Whether the file of this path is an image of the data set, by its path alone."""
    parts = path.split("/")
    if any(part.startswith(".") or part.lower() in SYSTEM_NAMES for part in parts):
        return False
    _, dot, suffix = parts[-1].rpartition(".")
    return bool(dot) and suffix.lower() in IMAGE_SUFFIXES


def recognise_layout(images: Mapping[str, int]) -> DatasetLayout:
    """The layout of an archive with so many images in each folder ("" is the archive itself)."""
    paths = {_parts(folder): count for folder, count in images.items()}
    start = _wrapped(paths)
    splits = {path: place for path in paths if (place := _split_folder(path, start)) is not None}
    if splits:
        return _split_layout(paths, splits)
    return _class_layout(paths)


def _parts(folder: str) -> Path:
    return tuple(folder.split("/")) if folder else ()


def _wrapped(paths: Mapping[Path, int]) -> int:
    """How many folders around the whole are called like a split but wrap the splits below them."""
    shared = _shared_start(list(paths))
    for start in range(len(shared), 0, -1):
        if shared[start - 1].lower() in SPLITS:
            below = [_split_folder(path, start) for path in paths]
            if all(below) and len({place.wrapper for place in below if place}) == 1:
                return start
    return 0


def _split_folder(path: Path, start: int = 0) -> _SplitFolder | None:
    for index, part in enumerate(path[:-1]):
        if index >= start and part.lower() in SPLITS:
            return _SplitFolder(path[:index], part, path[index + 1])
    return None


def _split_layout(paths: Mapping[Path, int], splits: Mapping[Path, _SplitFolder]) -> DatasetLayout:
    _require_one_wrapper({place.wrapper for place in splits.values()})
    for path in paths:
        if path not in splits:
            raise _stray(path, "beside the class folders of train, valid and test")
    _require_one_spelling({place.spelling for place in splits.values()})
    groups = {
        path: Group(SPLITS[place.spelling.lower()], place.class_folder)
        for path, place in splits.items()
    }
    return _layout("split", next(iter(splits.values())).wrapper, paths, groups)


def _require_one_wrapper(wrappers: set[Path]) -> None:
    if len(wrappers) > 1:
        first, second = ("/".join(wrapper) for wrapper in sorted(wrappers)[:2])
        raise LayoutUnclear(
            "several_data_sets",
            f"There are folders train, valid or test in {quoted(first)} and also in "
            f"{quoted(second)}: upload one data set to a zip.",
        )


def _require_one_spelling(spellings: set[str]) -> None:
    seen: dict[str, str] = {}
    for spelling in sorted(spellings):
        other = seen.setdefault(SPLITS[spelling.lower()], spelling)
        if other != spelling:
            raise LayoutUnclear(
                "split_twice",
                f"The folders {quoted(other)} and {quoted(spelling)} mean the same split: put "
                "their images into one of them.",
            )


def _class_layout(paths: Mapping[Path, int]) -> DatasetLayout:
    wrapper = _shared_start(list(paths))
    if wrapper in paths:
        raise (
            _no_class_folders(wrapper)
            if len(paths) == 1
            else _stray(wrapper, "beside its class folders")
        )
    groups = {path: Group(WHOLE, path[len(wrapper)]) for path in paths}
    if all(group.folder.lower() in SPLITS for group in groups.values()):
        raise _no_class_folders((*wrapper, min(group.folder for group in groups.values())))
    _require_no_splits({group.folder for group in groups.values()})
    return _layout("classes", wrapper, paths, groups)


def _require_no_splits(folders: set[str]) -> None:
    if not are_called_like_splits(folders):
        return
    first, *_, last = sorted(folders)
    raise LayoutUnclear(
        "splits_as_classes",
        f"The folders {quoted(first)} and {quoted(last)} would be two classes, but are called like "
        "splits: call them train, valid and test if they are, each with the same class folders.",
    )


def _layout(
    kind: Layout, wrapper: Path, paths: Mapping[Path, int], groups: Mapping[Path, Group]
) -> DatasetLayout:
    counts = dict.fromkeys(sorted(groups.values()), 0)
    for path, group in groups.items():
        counts[group] += paths[path]
    return DatasetLayout(
        kind=kind,
        wrapper="/".join(wrapper),
        class_counts={
            split: {group.folder: count for group, count in counts.items() if group.split == split}
            for split in ("train", "valid", "test", WHOLE)
            if any(group.split == split for group in counts)
        },
        groups={"/".join(path): group for path, group in groups.items()},
    )


def _shared_start(paths: list[Path]) -> Path:
    # What the first and the last in order share, all in between share too.
    first, last = min(paths), max(paths)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length]


def _no_class_folders(folder: Path) -> LayoutUnclear:
    where = f"in the folder {quoted('/'.join(folder))}" if folder else "at the top of the zip"
    return LayoutUnclear(
        "no_class_folders",
        f"The images lie {where} without class folders: put the images of each class into a folder "
        "with the name of the class, at least two of them.",
    )


def _stray(folder: Path, beside: str) -> LayoutUnclear:
    where = f"in the folder {quoted('/'.join(folder))}" if folder else "at the top of the zip"
    return LayoutUnclear(
        "stray_images",
        f"There are images {where}, {beside}: move them into a class folder or remove them.",
    )
