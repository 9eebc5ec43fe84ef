"""Images moved to another class or dropped by a table beside the zip, as the gate applies it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.gate.corrections import MOST_BYTES, Corrections, read_corrections
from pipeline.gate.inspection import Judgement, inspect_dataset
from pipeline.gate.ranged_file import RangedFile
from training_code.data.verdict import FILE_NAME, Entry, Verdict

KEY = "datasets/pets.corrections.csv"
Pack = Callable[..., bytes]


def table(rows: Mapping[str, tuple[str, str]], delimiter: str = ",") -> bytes:
    """As a spreadsheet saves it, with columns that only its reader wants."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(("member", "note", "action", "to"))
    writer.writerows((member, "mine", *change) for member, change in rows.items())
    return text.getvalue().encode("utf-8-sig")


def judged(data: bytes, corrections: Corrections) -> Judgement:
    file = RangedFile(len(data), lambda offset, length: data[offset : offset + length])
    return inspect_dataset(file, key="datasets/pets.zip", corrections=corrections)


def entries_of(judgement: Judgement, names: list[str], folder: Path) -> dict[str, Entry]:
    """As the preparation reads the verdict."""
    assert judgement.verdict is not None
    told = judgement.verdict.as_json(key="datasets/pets.zip", version="1", etag="e")
    (folder / FILE_NAME).write_text(json.dumps(told))
    return {entry.member: entry for entry in Verdict.read(folder).layout(names).entries}


def validating(pets: list[str]) -> list[str]:
    """Of which there are more than are needed."""
    return [name for name in pets if "valid/1.cat" in name]


@pytest.mark.parametrize("to", ["2.dog", "dog"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_an_image_moves_to_another_class_of_its_split(
    pack: Pack, split_pets: list[str], to: str, delimiter: str, tmp_path: Path
) -> None:
    member = validating(split_pets)[0]
    body = table({member: ("move", to)}, delimiter)

    judgement = judged(pack(split_pets), read_corrections(body, key=KEY))

    assert judgement.report.accepted
    assert judgement.report.class_counts["valid"] == {"1.cat": 4, "2.dog": 6}
    entries = entries_of(judgement, split_pets, tmp_path)
    assert entries[member] == Entry(member, "valid", "2.dog")
    assert len(entries) == len(split_pets)
    assert "count for another class: 1" in judgement.report.warnings[0].message


def test_a_dropped_image_belongs_to_no_class(
    pack: Pack, split_pets: list[str], tmp_path: Path
) -> None:
    member, undecided, kept, *_ = validating(split_pets)

    body = table({member: ("drop", ""), undecided: ("", "2.dog"), kept: ("keep", "")})
    judgement = judged(pack(split_pets), read_corrections(body, key=KEY))

    assert member not in entries_of(judgement, split_pets, tmp_path)
    assert sum(judgement.report.counts.values()) == len(split_pets) - 1


def test_a_class_of_which_all_is_dropped_is_missed(pack: Pack, split_pets: list[str]) -> None:
    gone = dict.fromkeys(validating(split_pets), ("drop", ""))

    report = judged(pack(split_pets), read_corrections(table(gone), key=KEY)).report

    assert [found.rule for found in report.refusals] == ["classes_differ"]


def test_a_class_that_is_none_is_refused(pack: Pack, split_pets: list[str]) -> None:
    body = table({validating(split_pets)[0]: ("move", "3.cow")})

    report = judged(pack(split_pets), read_corrections(body, key=KEY)).report

    assert [found.rule for found in report.refusals] == ["corrections_class"]
    assert "“3.cow”, which is no class folder" in report.reason


def test_images_that_are_not_in_the_zip_are_told_of(pack: Pack, split_pets: list[str]) -> None:
    body = table({validating(split_pets)[0]: ("drop", ""), "pets/lost.jpg": ("drop", "")})

    report = judged(pack(split_pets), read_corrections(body, key=KEY)).report

    assert report.accepted
    assert [found.rule for found in report.warnings] == ["corrections_unknown", "corrections"]


def test_a_table_for_another_zip_is_refused(pack: Pack, split_pets: list[str]) -> None:
    body = table({"cows/lost.jpg": ("drop", "")})

    report = judged(pack(split_pets), read_corrections(body, key=KEY)).report

    assert [found.rule for found in report.refusals] == ["corrections_unknown"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "has no column 'member'"),
        (b"member,action\na,drop\n", "has no column 'to'"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"member,action,to\na,burn,\n", "line 2: action 'burn' is not move, drop or empty"),
        (b"member,action,to\na,move,\n", "is moved to no class"),
        (b"member,action,to\na,drop,\na,move,b\n", "line 3: .a. has two different corrections"),
        (b"member,action,to\n" + b'"' + b"x" * 200_000 + b'",drop,\n', "is no CSV table"),
        (b"x" * (MOST_BYTES + 1), "is longer than the 4 MiB"),
    ],
)
def test_what_is_no_table_of_corrections_says_what_to_mend(body: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_corrections(body, key=KEY)
