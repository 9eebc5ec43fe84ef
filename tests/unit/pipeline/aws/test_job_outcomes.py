"""How jobs have ended, by answers that the local engine gives only after real work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.stub import Stubber

from pipeline.aws.sagemaker_jobs import SageMakerJobs
from pipeline.ports import JobOutcome
from tests.support.sagemaker_answers import NOON, training
from tests.support.samples import run_in

RUN = run_in("evaluating")
NAME = f"kennel-test-model-{RUN.id}"


Stub = tuple[SageMakerJobs, Stubber]


def test_a_completed_training_has_its_artifact(stub: Stub) -> None:
    jobs, stubber = stub
    stubber.add_response("describe_training_job", training())

    assert jobs.outcome("training", "f") == JobOutcome(
        "Completed", None, "s3://bucket/model.tar.gz"
    )


def test_a_job_that_has_ended_says_how_long_it_took(stub: Stub) -> None:
    jobs, stubber = stub
    times = {"TrainingStartTime": NOON, "TrainingEndTime": NOON + timedelta(seconds=90)}
    stubber.add_response("describe_training_job", training(**times))

    outcome = jobs.outcome("training", "f")

    assert outcome
    assert outcome.seconds == 90


def test_a_training_out_of_time_has_failed(stub: Stub) -> None:
    jobs, stubber = stub
    answer = training(TrainingJobStatus="Stopped", SecondaryStatus="MaxRuntimeExceeded")
    stubber.add_response("describe_training_job", answer)

    outcome = jobs.outcome("training", "f")

    assert outcome
    assert (outcome.status, outcome.reason) == ("Failed", "it ran longer than 60 s")


def test_a_training_for_which_no_spot_capacity_came_has_found_no_room(stub: Stub) -> None:
    jobs, stubber = stub
    answer = training(TrainingJobStatus="Stopped", SecondaryStatus="MaxWaitTimeExceeded")
    stubber.add_response("describe_training_job", answer)

    outcome = jobs.outcome("training", "f")

    assert outcome
    assert (outcome.status, outcome.found_no_room) == ("Failed", True)


@pytest.mark.parametrize(("seconds", "status"), [(59, "Stopped"), (60, "Failed")])
def test_a_stopped_job_that_used_up_its_time_has_failed(
    stub: Stub, seconds: int, status: str
) -> None:
    jobs, stubber = stub
    answer = training(
        TrainingJobStatus="Stopped",
        SecondaryStatus="Stopped",
        TrainingStartTime=NOON,
        TrainingEndTime=NOON + timedelta(seconds=seconds),
    )
    stubber.add_response("describe_training_job", answer)

    outcome = jobs.outcome("training", "f")

    assert outcome
    assert outcome.status == status


@pytest.mark.parametrize("status", ["InProgress", "Stopping", "Deleting"])
def test_a_job_that_has_not_ended_has_no_status_yet(stub: Stub, status: str) -> None:
    jobs, stubber = stub
    stubber.add_response("describe_training_job", training(TrainingJobStatus=status))

    assert jobs.outcome("training", "f") == JobOutcome(None)


@pytest.mark.parametrize("code", ["ResourceLimitExceeded", "CapacityError"])
def test_a_job_that_failed_for_a_quota_or_want_of_instances_found_no_room(
    stub: Stub, code: str
) -> None:
    jobs, stubber = stub
    answer = training(TrainingJobStatus="Failed", FailureReason=f"{code}: none of this type")
    stubber.add_response("describe_training_job", answer)

    outcome = jobs.outcome("training", "f")

    assert outcome
    assert outcome.found_no_room
