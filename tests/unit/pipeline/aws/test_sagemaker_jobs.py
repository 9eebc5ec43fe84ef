"""What SageMaker's answers mean, by answers that the local engine gives only after real work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from pipeline.aws.sagemaker_jobs import SageMakerJobs
from pipeline.errors import AccessRefused, JobRefused, QuotaRefused
from pipeline.ports import BestTrial
from tests.support.sagemaker_answers import ARN, NOON, best, training, tuning
from tests.support.samples import run_in

RUN = run_in("evaluating")
NAME = f"kennel-test-model-{RUN.id}"


Stub = tuple[SageMakerJobs, Stubber]


def test_the_best_trial_has_its_values_without_quotation_marks(stub: Stub) -> None:
    jobs, stubber = stub
    objective = {"MetricName": "validation:best_loss", "Value": 0.5}
    found = best(FinalHyperParameterTuningJobObjectiveMetric=objective)
    stubber.add_response("describe_hyper_parameter_tuning_job", tuning(BestTrainingJob=found))

    assert jobs.best_trial("t") == BestTrial(
        "t-001", 0.5, {"lr": "0.003", "batch-size": "64", "odd": '"'}
    )


@pytest.mark.parametrize("answer", [tuning(), tuning(BestTrainingJob=best())])
def test_without_a_reported_objective_there_is_no_best_trial(
    stub: Stub, answer: dict[str, Any]
) -> None:
    jobs, stubber = stub
    stubber.add_response("describe_hyper_parameter_tuning_job", answer)

    assert jobs.best_trial("t") is None


def test_trials_are_told_of_in_all_their_ways_to_end(stub: Stub) -> None:
    jobs, stubber = stub
    objective = {"MetricName": "validation:best_loss", "Value": 0.5}
    times = {"TrainingStartTime": NOON, "TrainingEndTime": NOON + timedelta(seconds=90)}
    completed = best(FinalHyperParameterTuningJobObjectiveMetric=objective, **times)
    failed = best(TrainingJobName="t-002", TrainingJobStatus="Failed", FailureReason="why")
    listing = "list_training_jobs_for_hyper_parameter_tuning_job"
    # As many at once as there can be: of hundreds of trials by tens, it would be a dozen calls.
    asked = {"HyperParameterTuningJobName": "t", "SortBy": "CreationTime", "MaxResults": 100}
    first_page = {"NextToken": "more", "TrainingJobSummaries": [completed]}
    stubber.add_response(listing, first_page, asked)
    stubber.add_response(listing, {"TrainingJobSummaries": [failed]}, asked | {"NextToken": "more"})

    first, second = jobs.trials("t")

    assert (first.job, first.status, first.objective) == ("t-001", "Completed", 0.5)
    assert (first.seconds, first.hyperparameters["batch-size"]) == (90, "64")
    assert (second.status, second.objective, second.seconds, second.reason) == (
        "Failed",
        None,
        0,
        "why",
    )


def test_a_model_that_exists_already_is_as_good_as_created(stub: Stub) -> None:
    jobs, stubber = stub
    message = f'Cannot create already existing model "{ARN}model/m".'
    stubber.add_client_error("create_model", "ValidationException", message)

    jobs.start("model", RUN)

    stubber.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["ResourceLimitExceeded", "ThrottlingException"])
def test_a_quota_or_throttling_is_told_with_the_name(stub: Stub, code: str) -> None:
    jobs, stubber = stub
    stubber.add_client_error("create_model", code, "Rate exceeded", http_status_code=400)

    with pytest.raises(QuotaRefused, match="Rate exceeded") as raised:
        jobs.start("model", RUN)

    assert raised.value.job == NAME


def test_a_permission_that_lacks_is_waited_for_like_a_quota(stub: Stub) -> None:
    jobs, stubber = stub
    stubber.add_client_error("create_model", "AccessDeniedException", "not authorized")

    with pytest.raises(AccessRefused, match="not authorized"):
        jobs.start("model", RUN)


def test_a_job_that_failed_by_sagemaker_s_fault_says_so(stub: Stub) -> None:
    jobs, stubber = stub
    reason = "InternalServerError: We encountered an internal error. Please try again."
    answer = training(TrainingJobStatus="Failed", SecondaryStatus="Failed", FailureReason=reason)
    stubber.add_response("describe_training_job", answer)

    outcome = jobs.outcome("training", "f")

    assert outcome
    assert (outcome.service_failed, outcome.found_no_room) == (True, False)


def test_a_request_that_is_never_taken_is_told_with_the_name(stub: Stub) -> None:
    jobs, stubber = stub
    stubber.add_client_error("create_model", "ValidationException", "1 validation error detected")

    with pytest.raises(JobRefused, match="1 validation error") as raised:
        jobs.start("model", RUN)

    assert raised.value.job == NAME


def test_a_refused_permission_is_not_taken_for_a_missing_job(stub: Stub) -> None:
    jobs, stubber = stub
    stubber.add_client_error("describe_training_job", "AccessDeniedException", "not authorized")

    with pytest.raises(ClientError, match="not authorized"):
        jobs.outcome("training", "f")


def test_a_stop_without_permission_propagates(stub: Stub) -> None:
    jobs, stubber = stub
    stubber.add_client_error("stop_training_job", "AccessDeniedException", "not authorized")

    with pytest.raises(ClientError, match="not authorized"):
        jobs.stop("training", "f")


def test_stopping_a_job_that_has_ended_changes_nothing(stub: Stub) -> None:
    jobs, stubber = stub
    message = "The request was rejected because the training job is in status Completed."
    stubber.add_client_error("stop_training_job", "ValidationException", message)

    jobs.stop("training", "f")

    stubber.assert_no_pending_responses()
