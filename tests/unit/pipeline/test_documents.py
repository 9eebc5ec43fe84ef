"""Every prediction document has the form of docs/prediction.schema.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator, ValidationError

from pipeline.documents import REFUSALS, Answer, answered, unreadable
from tests.fakes.surroundings import NOON
from tests.support.job_outputs import answer
from tests.support.samples import CHAMPION, dropped

SCHEMA = json.loads(Path("docs/prediction.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def checked(document: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(document)
    VALIDATOR.validate(content)
    return content


def given(probabilities: list[float] | None, **changes: str) -> Answer:
    return cast(Answer, answer(probabilities, **changes))


def test_the_schema_itself_is_sound() -> None:
    assert Draft202012Validator(Draft202012Validator.META_SCHEMA).is_valid(SCHEMA)


@pytest.mark.parametrize("decision", ["accept", "review", "unknown"])
def test_an_answered_image_has_its_predictions(decision: str) -> None:
    told: Answer = {**given([0.9, 0.1]), "decision": decision}

    document = checked(answered(dropped(), told, CHAMPION, at=NOON))

    assert document["decision"] == decision
    assert document["predictions"][0] == {"label": "Beagle", "index": 0, "probability": 0.9}
    assert document["path"] == "batch"


def test_the_served_model_is_named_by_the_ledger_not_by_the_answer() -> None:
    document = checked(answered(dropped(), given([0.9, 0.1], run="other"), CHAMPION, at=NOON))

    assert document["model"] == {"run": "championrn", "version": 3, "digest": "c" * 64}


def test_an_answer_that_found_no_image_is_unreadable() -> None:
    document = checked(answered(dropped(), given(None), CHAMPION, at=NOON))

    assert document["decision"] == "unreadable"
    assert document["error"]["code"] == "not_an_image"


@pytest.mark.parametrize("code", [*REFUSALS, "not_predicted", "not_delivered"])
@pytest.mark.parametrize("champion", [CHAMPION, None])
def test_an_image_that_no_model_has_seen_says_why(code: str, champion: Any) -> None:
    document = checked(unreadable(dropped("images/café.jpg"), code, "why", champion, at=NOON))

    assert document["error"] == {"code": code, "message": "why"}
    assert document["image"]["key"] == "images/café.jpg"


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
        (("predicted_at",), "yesterday"),
        (("extra",), 1),
    ],
)
def test_the_schema_refuses_what_contradicts_itself(place: tuple[Any, ...], value: object) -> None:
    document: Any = checked(answered(dropped(), given([0.9, 0.1]), CHAMPION, at=NOON))
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value

    with pytest.raises(ValidationError):
        VALIDATOR.validate(document)
