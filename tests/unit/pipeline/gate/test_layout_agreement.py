"""Whatever the gate accepts, prepare understands in the same way: they share rules, not code."""

import random
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from pipeline.gate.report import DatasetReport
from training_code.layout import class_names, recognise

Judge = Callable[..., DatasetReport]

WRAPPERS = ("", "pets/", "Downloads/pets 2/", "train/", "2024.test/")
CLASSES = ("cat", "016.Beagle", "017.Beagle", "2-door", "12.", "Köter", "val", "a.b", "cat ")
FILES = ("1.jpg", "a.b.JPEG", "x.jfif", "x.Tif", "y.webp", ".z.png", "sub/1.gif", "n.txt", "sub/x")
SPLITS = ("train/", "Train/", "valid/", "val/", "validation/", "test/", "TEST/")
RUBBISH = ("__MACOSX/pets/cat/1.jpg", ".git/cat/x.png", "Desktop.ini/a/1.jpg", "thumbs.db", "r.md")


def drawn_names(chance: random.Random) -> list[str]:
    """The names of a zip that is nearly sound: some layout, some rubbish, sometimes a stray."""
    wrapper = chance.choice(WRAPPERS)
    splits = chance.sample(SPLITS, chance.randint(1, 4)) if chance.random() < 0.7 else [""]
    classes = chance.sample(CLASSES, chance.randint(2, 4))
    names = [f"{wrapper}{s}{c}/{f}" for s in splits for c in classes for f in FILES]
    strays = chance.sample(names, 1) if chance.random() < 0.1 else []
    return [*names, *chance.sample(RUBBISH, 2), *(f"other/{stray}" for stray in strays)]


def as_prepare_sees_it(names: Iterable[str]) -> tuple[tuple[str, ...], Counter[tuple[str, str]]]:
    layout = recognise(names)
    counts = Counter((entry.split, entry.folder) for entry in layout.entries)
    return class_names(layout.folders), counts


def as_the_gate_reports_it(
    report: DatasetReport,
) -> tuple[tuple[str, ...], Counter[tuple[str, str]]]:
    counts = {
        ("train" if split == "all" else split, folder): count
        for split, classes in report.class_counts.items()
        for folder, count in classes.items()
    }
    return report.classes, Counter(counts)


@pytest.mark.parametrize("seed", range(4))
def test_an_accepted_layout_is_the_one_that_prepare_finds(judge: Judge, seed: int) -> None:
    chance = random.Random(seed)
    drawn = [drawn_names(chance) for _ in range(60)]
    reports = [(names, judge(names, min_unsplit_images=1)) for names in drawn]

    accepted = [(names, report) for names, report in reports if report.accepted]

    assert len(accepted) > 5
    for names, report in accepted:
        assert as_the_gate_reports_it(report) == as_prepare_sees_it(names)
