"""`kennel logs`: the lines of a job from CloudWatch, while it works and after."""

from __future__ import annotations

from typing import Any

import pytest

from cli import clients
from cli.job_logs import JobLog
from tests.support.cli_service import Kennel, Service
from tests.support.run_views import answer_of, run_at

TRAINING = "/aws/sagemaker/TrainingJobs"
PROCESSING = "/aws/sagemaker/ProcessingJobs"
UNKNOWN = (400, {"__type": "ValidationException", "message": "Requested resource not found."})
DESCRIBE = (
    "DescribeTrainingJob",
    "DescribeProcessingJob",
    "DescribeTransformJob",
    "DescribeHyperParameterTuningJob",
)


@pytest.fixture
def jobless(deployed: Service) -> Service:
    """SageMaker without a single job."""
    deployed.answers.update(dict.fromkeys(DESCRIBE, UNKNOWN))
    return deployed


def test_a_job_is_found_by_its_name_in_whichever_group(
    kennel: Kennel, deployed: Service, job_log: Any
) -> None:
    job_log(PROCESSING, "a-preparation-1/algo-1-7", "one", "two")

    assert kennel("logs", "a-preparation-1").stdout == "one\ntwo\n"


def test_a_name_that_begins_another_name_is_not_mixed_up(
    kennel: Kennel, deployed: Service, job_log: Any
) -> None:
    job_log(TRAINING, "a-training-1/algo-1-7", "mine")
    job_log(TRAINING, "a-training-10/algo-1-7", "another's")

    assert kennel("logs", "a-training-1").stdout == "mine\n"


def test_a_tuning_job_shows_the_logs_of_its_trials(
    kennel: Kennel, deployed: Service, job_log: Any
) -> None:
    job_log(TRAINING, "a-tuning-1-001-f00/algo-1-7", "first trial")
    job_log(TRAINING, "a-tuning-1-002-f00/algo-1-7", "second trial")

    assert set(kennel("logs", "a-tuning-1").stdout.splitlines()) == {"first trial", "second trial"}


def test_a_job_that_wrote_nothing_is_told(kennel: Kennel, jobless: Service, job_log: Any) -> None:
    jobless.answers["DescribeTransformJob"] = {"TransformJobStatus": "Completed"}
    job_log("/aws/sagemaker/TransformJobs", "an-evaluation-1/i-1")

    result = kennel("logs", "an-evaluation-1")

    assert result.exit_code == 1
    assert result.stderr == "kennel: Job an-evaluation-1 is Completed and has written nothing.\n"


def test_a_run_means_its_latest_job_or_the_kind_that_is_asked_for(
    kennel: Kennel, deployed: Service, job_log: Any
) -> None:
    run = answer_of(
        run_at("training", jobs={"preparation": "r-preparation-1", "training": "r-training-1"})
    )
    deployed.answers["GET /runs"] = {"runs": [run]}
    deployed.answers["GET /runs/abcdefghij"] = run
    job_log(PROCESSING, "r-preparation-1/algo-1-7", "prepared")
    job_log(TRAINING, "r-training-1/algo-1-7", "trained")

    assert kennel("logs", "abc").stdout == "trained\n"
    assert kennel("logs", "abc", "--kind", "preparation").stdout == "prepared\n"
    assert (
        "has no evaluation job yet: it has preparation, training"
        in kennel("logs", "abc", "--kind=evaluation").stderr
    )


def test_following_ends_with_the_job(kennel: Kennel, jobless: Service, job_log: Any) -> None:
    job_log(TRAINING, "b-training-1/algo-1-7", "epoch=1")
    jobless.answers["DescribeTrainingJob"] = {"TrainingJobStatus": "Completed"}

    result = kennel("logs", "b-training-1", "--follow")

    assert (result.exit_code, result.stdout) == (0, "epoch=1\n")


@pytest.mark.parametrize("options", [(), ("--follow",)])
def test_an_unknown_job_is_told(kennel: Kennel, jobless: Service, options: tuple[str, ...]) -> None:
    result = kennel("logs", "no-such-job", *options)

    assert result.stderr == (
        "kennel: There is no job 'no-such-job': `kennel runs show` names a run's jobs.\n"
    )


def test_a_silent_job_says_that_one_can_wait(kennel: Kennel, jobless: Service) -> None:
    jobless.answers["DescribeTransformJob"] = {"TransformJobStatus": "InProgress"}

    assert "is InProgress and has written nothing yet" in kennel("logs", "c-evaluation-1").stderr


def test_a_wrong_kind_names_the_right_ones(kennel: Kennel, deployed: Service) -> None:
    result = kennel("logs", "abc", "--kind", "cat")

    assert (
        "--kind cat is no kind of job: choose one of preparation, tuning, training, evaluation"
        in result.stderr
    )


def test_only_new_lines_are_read_again(deployed: Service, job_log: Any) -> None:
    job_log(TRAINING, "d-training-1/algo-1-7", "one")
    log = JobLog(clients.logs(), "d-training-1")

    first = [line.text for line in log.new_lines()]
    job_log(TRAINING, "d-training-1/algo-1-7", "two")

    assert [first, [line.text for line in log.new_lines()]] == [["one"], ["two"]]
