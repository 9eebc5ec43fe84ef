from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.parity import NotServed, Served
from pipeline.scores import PART_BYTES, images_per_part, load_answers, load_scores
from tests.fakes.surroundings import NOON
from tests.support.job_outputs import TRAINED_LINES, row
from tests.support.samples import waiting

TEST_IMAGE = waiting("runs/r1/test/00000.jpg", version=None)


def lines(*rows: Any) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in rows).encode()


def test_scores_are_read_as_training_wrote_them() -> None:
    first, second = load_scores(TRAINED_LINES)

    assert (first.name, first.label, first.probabilities) == ("00000.jpg", 0, (0.9, 0.1))
    assert (second.name, second.predicted) == ("00001.jpg", 0)


def test_an_answer_is_found_by_the_name_of_its_image() -> None:
    answer = row(TEST_IMAGE, NOON, probabilities=(0.75, 0.25), asked=True, run="r1")

    assert load_answers(lines(answer)) == {"00000.jpg": Served((0.75, 0.25), "r1", "m" * 64)}


@pytest.mark.parametrize(
    ("code", "reason", "awaited"),
    [
        ("not_an_image", "these bytes are no image", False),
        ("deleted", "it is not there", False),
        ("unavailable", "it is not there", True),
    ],
)
def test_an_image_without_probabilities_is_not_served_for_its_reason(
    code: str, reason: str, awaited: bool
) -> None:
    answer = row(TEST_IMAGE, NOON, code=code, asked=True)

    assert load_answers(lines(answer)) == {"00000.jpg": NotServed(reason, awaited=awaited)}


def test_an_answer_that_was_not_asked_for_its_probabilities_is_none() -> None:
    assert load_answers(lines(row(TEST_IMAGE, NOON))) == {}


def test_what_was_cut_off_is_no_answer() -> None:
    answer = lines(row(TEST_IMAGE, NOON, asked=True))

    assert load_answers(answer + answer[:80]) == load_answers(answer)
    assert load_answers(b'{"message": "Bad Gateway"}\n') == {}


@pytest.mark.parametrize(("classes", "images"), [(2, 2000), (100, 2000), (1000, 838)])
def test_a_part_has_as_many_images_as_their_answers_have_room_in_it(
    classes: int, images: int
) -> None:
    probabilities = [1 / 3] * classes
    one = lines(row(TEST_IMAGE, NOON, probabilities=probabilities, asked=True))

    assert images_per_part(classes, 2000) == images
    assert len(one) * images <= PART_BYTES
