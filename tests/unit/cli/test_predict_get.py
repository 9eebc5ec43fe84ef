"""`kennel predict --get KEY`: what became of an image that lies in the bucket."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from cli.commands.predict import NOT_PREDICTED
from pipeline.steps.lookup import ImageState
from tests.support.cli_service import Kennel, Service

KEY = "images/big & small/ö +1.png"
ASKED = "GET /predictions?key=images%2Fbig%20%26%20small%2F%C3%B6%20%2B1.png"
DOCUMENT = {"decision": "accept", "image": {"key": KEY}}


def found(state: str, document: object = None) -> dict[str, object]:
    return {"key": KEY, "state": state, "batch": None, "document": document}


def test_the_document_of_an_image_is_printed(kennel: Kennel, deployed: Service) -> None:
    deployed.answers[ASKED] = found("predicted", DOCUMENT)

    result = kennel("predict", "--get", KEY)

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == DOCUMENT


@pytest.mark.parametrize("state", set(get_args(ImageState)) - {"predicted"})
def test_an_image_without_a_prediction_is_told_of_in_a_sentence(
    kennel: Kennel, deployed: Service, state: str
) -> None:
    deployed.answers[ASKED] = found(state)

    result = kennel("predict", "--get", KEY)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"{KEY} {NOT_PREDICTED[state]}" in " ".join(result.stderr.split())


def test_an_image_that_never_came_is_told_of_as_the_service_does(
    kennel: Kennel, deployed: Service
) -> None:
    error = {"error": {"code": "unknown_image", "message": f"nothing is known of '{KEY}'"}}
    deployed.answers[ASKED] = (404, error)

    result = kennel("predict", "--get", KEY)

    assert result.exit_code == 1
    assert f"nothing is known of '{KEY}'." in result.stderr


def test_either_paths_or_a_key_are_wanted(kennel: Kennel, deployed: Service, photo: Path) -> None:
    both, neither = kennel("predict", photo, "--get", KEY), kennel("predict")

    assert (both.exit_code, neither.exit_code) == (1, 1)
    assert "leave out PATH" in both.stderr
    assert "Say which images" in neither.stderr
