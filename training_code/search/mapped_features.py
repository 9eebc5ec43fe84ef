"""Feature vectors that several processes look at, in the memory of the file itself."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from training_code.model.features import FeatureSet

LOCAL_HEADER = 30  # bytes, before a member's name and what else is said of it


def map_features(path: Path) -> FeatureSet:
    """As FeatureSet.read, without a copy for each process: a search of many vectors needs none.

    numpy maps no member of an .npz file; it is stored as it is, so its place in the file will do.
    """
    with np.load(path, allow_pickle=False) as arrays:
        labels = arrays["labels"]
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("features.npy")
        with archive.open(info) as member:
            np.lib.format.read_magic(member)  # type: ignore[no-untyped-call]  # numpy's
            shape, _, dtype = np.lib.format.read_array_header_1_0(member)  # type: ignore[no-untyped-call]
            header = member.tell()
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        lengths = file.read(4)
    named = sum(int.from_bytes(lengths[at : at + 2], "little") for at in (0, 2))
    start = info.header_offset + LOCAL_HEADER + named + header
    # Copied where somebody writes, which nobody does: torch takes no array that is read-only.
    return FeatureSet(np.memmap(path, dtype, mode="c", offset=start, shape=shape), labels)
