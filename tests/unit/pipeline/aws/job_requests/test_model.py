from __future__ import annotations

import pytest

from pipeline.aws.job_requests.model import (
    batch_request,
    evaluation_request,
    model_request,
)
from pipeline.images import Batch
from pipeline.run import Run
from pipeline.service_limits import MEBIBYTE
from pipeline.settings import Settings
from tests.fakes.surroundings import NOON
from tests.support.samples import CHAMPION, SETTINGS, artifact_of, run_in
from tests.support.service_model import objection

BATCH = Batch(champion=CHAMPION, lists=("waiting/a",), number=1, instances=2, began=NOON)


def test_sagemaker_accepts_the_model(run: Run, settings: Settings) -> None:
    assert objection("CreateModel", model_request(run, settings)) is None


def test_sagemaker_accepts_the_evaluation(run: Run, settings: Settings) -> None:
    request = evaluation_request(run, settings)

    assert objection("CreateTransformJob", request) is None


def test_sagemaker_accepts_the_batch(settings: Settings) -> None:
    request = batch_request(BATCH, settings)

    assert objection("CreateTransformJob", request) is None


def test_payloads_in_flight_stay_below_sagemaker_s_bound(settings: Settings) -> None:
    request = batch_request(BATCH, settings)

    assert request["MaxConcurrentTransforms"] * request["MaxPayloadInMB"] <= 100
    assert request["MaxConcurrentTransforms"] >= 1


def test_a_line_has_its_whole_time_behind_those_that_are_sent_before_it(settings: Settings) -> None:
    request = batch_request(BATCH, settings)

    container = model_request(run_in("evaluating"), settings)["PrimaryContainer"]
    line = int(container["Environment"]["SAGEMAKER_MODEL_SERVER_TIMEOUT"])
    longest = line * request["MaxConcurrentTransforms"]
    assert request["ModelClientConfig"]["InvocationsTimeoutInSeconds"] >= longest


def test_the_server_takes_an_image_of_any_size_that_sagemaker_sends(settings: Settings) -> None:
    model = model_request(run_in("evaluating"), settings)

    environment = model["PrimaryContainer"]["Environment"]
    assert int(environment["TS_MAX_REQUEST_SIZE"]) == 100 * MEBIBYTE


def test_the_model_serves_the_artifact_by_its_own_code() -> None:
    run = run_in("evaluating")

    container = model_request(run, SETTINGS)["PrimaryContainer"]

    assert container["ModelDataUrl"] == artifact_of(run.id)
    assert container["Environment"]["SAGEMAKER_PROGRAM"] == "inference.py"


def test_a_run_without_an_artifact_has_no_model() -> None:
    with pytest.raises(AssertionError, match="has no artifact yet"):
        model_request(run_in("training"), SETTINGS)


def test_a_transform_reads_its_parts_by_prefix() -> None:
    run = run_in("evaluating")

    test = evaluation_request(run, SETTINGS)["TransformInput"]["DataSource"]
    batch = batch_request(BATCH, SETTINGS)["TransformInput"]["DataSource"]

    assert test["S3DataSource"] == {
        "S3DataType": "S3Prefix",
        "S3Uri": f"s3://{SETTINGS.bucket}/runs/{run.id}/evaluation/input/",
    }
    assert batch["S3DataSource"] == {
        "S3DataType": "S3Prefix",
        "S3Uri": f"s3://{SETTINGS.bucket}/batches/{BATCH.id}/input/",
    }


def test_each_line_of_references_is_one_request_answered_in_lines() -> None:
    request = batch_request(BATCH, SETTINGS)

    assert request["TransformInput"]["SplitType"] == "Line"
    assert request["BatchStrategy"] == "SingleRecord"
    assert request["TransformInput"]["ContentType"] == "application/vnd.kennel.references+json"
    assert request["TransformOutput"]["Accept"] == "application/jsonlines"
    assert request["TransformOutput"]["AssembleWith"] == "Line"


def test_a_batch_has_its_own_instances() -> None:
    assert batch_request(BATCH, SETTINGS)["TransformResources"]["InstanceCount"] == 2
