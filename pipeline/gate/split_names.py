"""What the folders of a data set's own split are called."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

SPLITS: Final = {
    "train": "train", "training": "train",
    "valid": "valid", "val": "valid", "validation": "valid",
    "test": "test", "testing": "test",
}  # fmt: skip
# Words of names such as "train_set" and "seg_test", by which splits are called elsewhere.
WORD: Final = re.compile("[a-z]+")
TRAIN_WORDS: Final = frozenset({"train", "training", "trainset", "trainingset"})
OTHER_WORDS: Final = frozenset({
    "valid", "val", "validation", "validset", "valset", "validationset", "dev", "devset",
    "test", "testing", "testset", "testingset", "eval", "evaluation", "holdout",
})  # fmt: skip


def are_called_like_splits(folders: Collection[str]) -> bool:
    """Whether all are: one for train and others. As classes they would be learned in silence."""
    words = [set(WORD.findall(folder.lower())) for folder in folders]
    trains = [bool(of_one & TRAIN_WORDS) for of_one in words]
    others = [bool(of_one & OTHER_WORDS) for of_one in words]
    return any(trains) and any(others) and all(map(any, zip(trains, others, strict=True)))
