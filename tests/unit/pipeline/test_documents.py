"""Every prediction document has the form of docs/prediction.schema.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator, ValidationError

from pipeline.documents import Answer, document, is_of, not_predicted, whole_answer
from tests.fakes.surroundings import NOON
from tests.support.job_outputs import row
from tests.support.samples import CHAMPION, waiting

SCHEMA = json.loads(Path("docs/prediction.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
IMAGE = waiting("images/café.jpg")


def checked(answer: Answer) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(document(IMAGE, answer, CHAMPION, bucket="a-bucket"))
    VALIDATOR.validate(content)
    return content


def given(**changes: Any) -> Answer:
    return cast(Answer, {**row(IMAGE, NOON), **changes})


def test_the_schema_itself_is_sound() -> None:
    assert Draft202012Validator(Draft202012Validator.META_SCHEMA).is_valid(SCHEMA)


@pytest.mark.parametrize("decision", ["accept", "review", "unknown"])
def test_an_answered_image_has_its_predictions(decision: str) -> None:
    written = checked(given(decision=decision))

    assert written["decision"] == decision
    [best, _] = written["predictions"]
    assert (best["label"], best["index"]) == ("Beagle", 0)
    assert written["path"] == "batch"
    assert written["image"]["version"] == IMAGE.version


def test_the_served_model_is_named_by_the_ledger_not_by_the_answer() -> None:
    written = checked(given(model={"run": "other", "digest": "d"}))

    assert written["model"] == {"run": "championrn", "version": 3, "digest": "c" * 64}


def test_an_answer_that_found_no_image_is_unreadable() -> None:
    written = checked(cast(Answer, row(IMAGE, NOON, code="not_an_image")))

    assert written["decision"] == "unreadable"
    assert written["error"]["code"] == "not_an_image"


def test_an_image_that_no_model_answered_says_why() -> None:
    written = checked(not_predicted(IMAGE, "why", at=NOON))

    assert written["error"] == {"code": "not_predicted", "message": "why"}


def test_a_picture_that_is_there_in_part_says_so() -> None:
    assert checked(given(warnings=["partial"]))["warnings"] == ["partial"]


def test_the_same_answer_is_the_same_document_byte_for_byte() -> None:
    first, second = (document(IMAGE, given(), CHAMPION, bucket="b") for _ in range(2))

    assert first == second


@pytest.mark.parametrize("name", ["key", "decision", "error", "image", "predicted_at"])
def test_a_row_that_lacks_something_is_no_answer(name: str) -> None:
    answer = row(IMAGE, NOON)
    assert whole_answer(answer)
    del answer[name]

    assert whole_answer(answer) is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (document(IMAGE, given(), CHAMPION, bucket="b"), True),
        (document(waiting(version="v2"), given(), CHAMPION, bucket="b"), False),
        (json.dumps({"image": {"etag": IMAGE.etag}}).encode(), True),
        (json.dumps({"image": {"etag": "another"}}).encode(), False),
        (b"a user's own", False),
        (b"[]", False),
    ],
)
def test_a_document_tells_of_which_edition_it_is(found: bytes, expected: bool) -> None:
    assert is_of(found, IMAGE) is expected


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema",), "kennel.prediction/2"),
        (("decision",), "maybe"),
        (("predictions",), []),
        (("error",), {"code": "x", "message": "y"}),
        (("predictions", 0, "probability"), 1.1),
        (("predictions", 0, "index"), -1),
        (("image", "width"), None),
        (("warnings",), ["torn"]),
        (("predicted_at",), "yesterday"),
        (("extra",), 1),
    ],
)
def test_the_schema_refuses_what_contradicts_itself(place: tuple[Any, ...], value: object) -> None:
    written: Any = checked(given())
    inner = written
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value

    with pytest.raises(ValidationError):
        VALIDATOR.validate(written)
