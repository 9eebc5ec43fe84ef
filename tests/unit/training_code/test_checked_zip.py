"""The preparation works on the zip that the gate has judged, and on no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.aws.job_requests.channels import input_manifests
from pipeline.aws.job_requests.preparation import preparation_request
from pipeline.steps.dataset import accept_dataset
from tests.fakes.services import FakeServices, fake_services
from tests.support.datasets import split_dataset, write_zip
from tests.support.processing_job import run_preparation
from tests.support.uploads import only_run, uploaded

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import CreateProcessingJobRequestTypeDef

MEMBERS = split_dataset(train=5, held_out=1)
FAST = {"backbone": "squeezenet1_1", "weights": "none", "views": 1}


def zipped(folder: Path, members: dict[str, bytes]) -> bytes:
    return write_zip(folder / "dogs.zip", members).read_bytes()


@pytest.fixture
def accepted(tmp_path: Path) -> FakeServices:
    """A zip that the gate accepts has been uploaded, and its preparation is asked for."""
    services = fake_services()
    services.objects.put("datasets/dogs.json", json.dumps(FAST).encode())
    accept_dataset(uploaded(services, zipped(tmp_path, MEMBERS)), services)
    return services


def asked_for(services: FakeServices) -> CreateProcessingJobRequestTypeDef:
    """What SageMaker is asked for, with the manifests that go before it."""
    run = only_run(services)
    services.objects.write_many(input_manifests(run, services.settings.bucket))
    return preparation_request(run, services.settings)


def with_another_class(members: dict[str, bytes]) -> dict[str, bytes]:
    return {name.replace("Blue_heeler", "Grey_poodle"): body for name, body in members.items()}


def with_another_image(members: dict[str, bytes]) -> dict[str, bytes]:
    name, body = members.popitem()
    return {**members, name: body[:-1] + b"?"}


def test_the_zip_that_was_checked_is_prepared(accepted: FakeServices, tmp_path: Path) -> None:
    job = run_preparation(asked_for(accepted), accepted.objects, tmp_path)

    assert job.returncode == 0, job.stderr
    splits = json.loads((tmp_path / "processing/output/preparation/splits.json").read_text())
    assert splits["classes"] == list(only_run(accepted).dataset.classes)


@pytest.mark.parametrize("change", [with_another_class, with_another_image])
def test_a_zip_that_is_overwritten_by_one_of_equal_size_is_prepared_as_it_was_checked(
    change: Callable[[dict[str, bytes]], dict[str, bytes]], accepted: FakeServices, tmp_path: Path
) -> None:
    checked = accepted.objects.read("datasets/dogs.zip")
    another = zipped(tmp_path, change(dict(MEMBERS)))
    accepted.objects.put("datasets/dogs.zip", another)
    job = run_preparation(asked_for(accepted), accepted.objects, tmp_path)

    assert (len(another), another == checked) == (len(checked), False)
    assert job.returncode == 0, job.stderr
    report = json.loads((tmp_path / "processing/output/preparation/report.json").read_text())
    assert report["corrupt"] == []
    assert sum(report["counts"].values()) == len(MEMBERS)


def test_the_same_directory_over_other_data_does_not_reach_the_preparation(
    accepted: FakeServices, tmp_path: Path
) -> None:
    checked = accepted.objects.read("datasets/dogs.zip")
    half = len(checked) // 2
    accepted.objects.put("datasets/dogs.zip", bytes(half) + checked[half:])

    job = run_preparation(asked_for(accepted), accepted.objects, tmp_path)

    assert job.returncode == 0, job.stderr
    report = json.loads((tmp_path / "processing/output/preparation/report.json").read_text())
    assert report["corrupt"] == []


@pytest.mark.parametrize("change", [with_another_class, with_another_image])
def test_another_zip_of_equal_size_in_the_place_of_the_copy_is_refused(
    change: Callable[[dict[str, bytes]], dict[str, bytes]], accepted: FakeServices, tmp_path: Path
) -> None:
    [copy] = accepted.objects.list("checked/")
    checked = accepted.objects.read(copy)
    another = zipped(tmp_path, change(dict(MEMBERS)))
    accepted.objects.put(copy, another)
    job = run_preparation(asked_for(accepted), accepted.objects, tmp_path)

    assert (len(another), another == checked) == (len(checked), False)
    assert (job.returncode, job.stderr.strip()) == (1, (tmp_path / "output/message").read_text())
    assert (tmp_path / "output/message").read_text() == (
        "the run's copy of datasets/dogs.zip (version v2) is not the zip that was checked: "
        "somebody has replaced it under checked/. Upload the data set again"
    )
