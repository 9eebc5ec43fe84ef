"""`kennel predict`: drops images, waits for the documents of these very images, shows them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli_service import BUCKET, Kennel, Service
from tests.support.prediction_pipeline import BEAGLE, pipeline, write_document

SERVING = {"status": "ok", "serving": {"run": "r1", "version": 3}, "images": {"waiting": 0}}


@pytest.fixture
def serving(deployed: Service) -> Service:
    deployed.answers["GET /health"] = SERVING
    return deployed


def test_the_table_shows_breed_probability_model_and_document(
    kennel: Kennel, s3: Any, serving: Service, photo: Path
) -> None:
    with pipeline(s3):
        result = kennel("predict", photo)

    assert result.exit_code == 0, result.output
    (row,) = [line for line in result.stdout.splitlines() if "dog.jpg" in line]
    for word in ("accept", "Beagle", "93.1 %", "v3", "predictions/"):
        assert word in row


def test_a_folder_keeps_its_names_and_leaves_out_what_is_no_image(
    kennel: Kennel, s3: Any, serving: Service, tmp_path: Path
) -> None:
    folder = tmp_path / "dogs"
    (folder / "big & small").mkdir(parents=True)
    for name in ("a.JPG", "big & small/ö+1.png", "notes.txt"):
        (folder / name).write_bytes(name.encode())

    with pipeline(s3) as dropped:
        result = kennel("predict", folder, "--prefix", "mine")

    assert result.exit_code == 0, result.output
    assert dropped == {"images/mine/dogs/a.JPG", "images/mine/dogs/big & small/ö+1.png"}


def test_it_is_told_where_the_documents_lie(
    kennel: Kennel, s3: Any, serving: Service, photo: Path
) -> None:
    with pipeline(s3):
        result = kennel("predict", photo, "--prefix", "mine")

    assert f"the documents lie in s3://{BUCKET}/predictions/mine/" in result.stderr


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_a_name_that_is_no_utf_8_is_spelled_out(
    kennel: Kennel, s3: Any, serving: Service, tmp_path: Path, as_json: tuple[str, ...]
) -> None:
    folder = tmp_path / "dogs"
    folder.mkdir()
    file = folder / os.fsdecode(b"dog\xff.jpg")
    file.write_bytes(b"a dog")

    with pipeline(s3) as dropped:
        result = kennel("predict", file, folder, "--prefix", "mine", *as_json)

    assert result.exit_code == 0, result.output
    assert dropped == {r"images/mine/dog\xff.jpg", r"images/mine/dogs/dog\xff.jpg"}
    assert "accept" in result.stdout


def test_json_holds_the_documents_and_nothing_else(
    kennel: Kennel, s3: Any, serving: Service, photo: Path
) -> None:
    with pipeline(s3):
        result = kennel("predict", photo, "--json")

    (answer,) = json.loads(result.stdout)
    assert answer["image"] == str(photo)
    assert answer["document"]["predictions"] == [BEAGLE]


def test_an_unreadable_image_is_shown_with_its_reason(
    kennel: Kennel, s3: Any, serving: Service, photo: Path
) -> None:
    error = {"code": "truncated", "message": "the file ends too early"}
    unreadable = {"decision": "unreadable", "predictions": [], "error": error}
    with pipeline(s3, lambda key: unreadable):
        result = kennel("predict", photo)

    assert result.exit_code == 0
    assert "unreadable" in result.stdout
    assert "the file ends too early" in result.stdout


def test_a_document_of_an_older_image_is_not_taken(
    kennel: Kennel, s3: Any, serving: Service, photo: Path
) -> None:
    write_document(s3, "images/mine/dog.jpg", "another-etag", {})

    result = kennel("predict", photo, "--prefix", "mine", "--timeout", "0.1")

    assert result.exit_code == 1
    assert "missing" in result.stdout
    assert "No document after 0 s for 1 of 1 image" in result.stderr


def test_without_a_model_it_says_so_and_goes_on_waiting(
    kennel: Kennel, s3: Any, deployed: Service, photo: Path
) -> None:
    deployed.answers["GET /health"] = {**SERVING, "serving": None}
    with pipeline(s3):
        result = kennel("predict", photo)

    assert result.exit_code == 0
    assert "no model serves yet" in result.stderr


def test_files_of_one_name_do_not_overwrite_each_other(
    kennel: Kennel, s3: Any, serving: Service, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dog.jpg").write_text(name)

    with pipeline(s3) as dropped:
        kennel("predict", "one/dog.jpg", "two/dog.jpg", "--prefix", "mine")

    assert dropped == {"images/mine/dog.jpg", "images/mine/2/dog.jpg"}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("nowhere.jpg", "nowhere.jpg does not exist"), ("empty", "empty holds no image (.bmp")],
)
def test_paths_without_an_image_are_told(
    kennel: Kennel, serving: Service, name: str, sentence: str
) -> None:
    Path("empty").mkdir()

    result = kennel("predict", name)

    assert (result.exit_code, sentence in result.stderr) == (1, True)
