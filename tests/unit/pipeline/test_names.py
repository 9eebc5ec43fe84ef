from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest

from pipeline.errors import SettingRefused, UnknownEvent
from pipeline.names import (
    LAST_ATTEMPT,
    JobKind,
    RunId,
    derived_id,
    job_name,
    prediction_key,
    sidecar_key,
    subject_of,
)
from pipeline.service_limits import LONGEST_JOB_NAME, LONGEST_TUNING_NAME
from pipeline.settings import DEPLOYMENT_RULES
from tests.support.samples import SETTINGS, upload

KINDS: tuple[JobKind, ...] = get_args(JobKind)
LONGEST = replace(SETTINGS, service="s" * 6, stage="t" * 7)


def test_the_same_parts_give_the_same_id() -> None:
    assert derived_id("bucket", "key") == derived_id("bucket", "key")
    assert re.fullmatch("[a-z2-7]{10}", derived_id("bucket", "key"))


def test_other_parts_give_another_id() -> None:
    ids = {derived_id("a", "b"), derived_id("ab"), derived_id("a", "c"), derived_id("a b")}

    assert len(ids) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_name_fits_what_sagemaker_takes(kind: JobKind) -> None:
    DEPLOYMENT_RULES["service"].read("service", LONGEST.service)
    DEPLOYMENT_RULES["stage"].read("stage", LONGEST.stage)

    limit = LONGEST_TUNING_NAME if kind == "tuning" else LONGEST_JOB_NAME
    assert len(job_name(LONGEST, kind, RunId("r" * 10))) <= limit


def test_a_longer_stage_would_not_fit_a_tuning_job() -> None:
    stage = "t" * 8
    longer = replace(LONGEST, stage=stage)

    assert len(job_name(longer, "tuning", RunId("r" * 10))) > LONGEST_TUNING_NAME
    with pytest.raises(SettingRefused, match="1 to 7"):
        DEPLOYMENT_RULES["stage"].read("stage", stage)


@pytest.mark.parametrize("attempt", range(LAST_ATTEMPT + 1))
@pytest.mark.parametrize("kind", KINDS)
def test_a_job_s_name_leads_back_to_its_run(kind: JobKind, attempt: int) -> None:
    name = job_name(SETTINGS, kind, upload().run, attempt)

    assert subject_of(name, SETTINGS, kind) == (upload().run, attempt)
    assert len(name) == len(job_name(SETTINGS, kind, upload().run))


@pytest.mark.parametrize("name", ["kennel-test-preparation-", "kennel-prod-preparation-x", "x", ""])
def test_a_name_of_another_service_stage_or_kind_raises(name: str) -> None:
    with pytest.raises(UnknownEvent, match="does not begin with 'kennel-test-preparation-'"):
        subject_of(name, SETTINGS, "preparation")


def test_no_kind_s_name_begins_like_another_s() -> None:
    for kind in KINDS:
        others = [job_name(SETTINGS, other, RunId("x")) for other in KINDS if other != kind]
        assert not any(name.startswith(job_name(SETTINGS, kind, RunId(""))) for name in others)


@pytest.mark.parametrize(
    ("image", "document"),
    [
        ("images/rex.jpg", "predictions/rex.jpg.json"),
        ("images/a/b c.png", "predictions/a/b c.png.json"),
        ("images/images/x", "predictions/images/x.json"),
    ],
)
def test_a_document_lies_where_its_image_does(image: str, document: str) -> None:
    assert prediction_key(image) == document


def test_every_image_s_document_has_a_key_that_s3_takes_and_no_other_image_s() -> None:
    longest = ["images/" + "é" * 508 + end for end in ("a", "b")]

    keys = [prediction_key(image) for image in longest]

    assert [len(image.encode()) for image in longest] == [1024, 1024]
    assert all(len(key.encode()) <= 1024 and key.endswith(".json") for key in keys)
    assert keys[0] != keys[1]


def test_no_key_can_be_made_to_name_another_image_s_document() -> None:
    """Whoever knows the rule puts an image where the document of a long key would lie."""
    images = ["images/" + "x" * 1017, "images/" + "x" * 1016 + "y", "images/rex.jpg"]
    for _ in range(4):
        documents = [prediction_key(image).removesuffix(".json") for image in images]
        images += [f"images/{document.removeprefix('predictions/')}" for document in documents]

    distinct = set(images)
    keys = {prediction_key(image) for image in distinct}

    assert len(keys) == len(distinct)
    assert max(len(key.encode()) for key in keys) <= 1024


def test_a_sidecar_lies_beside_its_zip() -> None:
    assert sidecar_key("datasets/a.zip/dogs.zip") == "datasets/a.zip/dogs.json"


def test_the_same_upload_is_the_same_run_and_another_is_another() -> None:
    same = upload(version="v1")

    assert same.run == upload(version="v1").run
    assert same.run != upload(version="v2").run
    assert same.run != upload("datasets/cats.zip").run


def test_without_versions_the_sequencer_tells_uploads_apart() -> None:
    first = replace(upload(), version=None, sequencer="01")

    assert first.run == replace(first, size=5).run
    assert first.run != replace(first, sequencer="02").run
    assert first.run != replace(first, etag="other").run
