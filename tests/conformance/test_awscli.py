"""AWS's command line, with nothing but local.env."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from localcloud.daemon import COMMANDS
from tests.conformance.conftest import Cloud


def aws(cloud: Cloud, *arguments: str) -> Any:
    found = f"{COMMANDS}:{Path(sys.executable).parent}:{cloud.shell['PATH']}"
    environment = {**cloud.shell, "PATH": found, "PYTHONWARNINGS": "ignore"}
    ended = subprocess.run(
        ["aws", *arguments, "--output", "json"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout or "null")


@pytest.mark.parametrize(
    "command",
    [
        "s3api list-buckets",
        "sqs list-queues",
        "events list-rules",
        "dynamodb list-tables",
        "lambda list-functions",
        "cloudformation describe-stacks",
        "cloudformation describe-stack-resources --stack-name kennel-local",
        "cloudwatch describe-alarms",
        "service-quotas list-service-quotas --service-code sagemaker",
        "iam list-roles",
        "sts get-caller-identity",
        "sagemaker list-training-jobs --sort-by Status",
        "sagemaker list-hyper-parameter-tuning-jobs",
        "sagemaker list-processing-jobs",
        "sagemaker list-transform-jobs",
        "sagemaker list-models",
        "sagemaker list-endpoints",
        "sagemaker list-model-package-groups",
        "sagemaker list-experiments",
        "sagemaker list-pipelines",
        "sagemaker list-domains",
        "sagemaker search --resource TrainingJob",
    ],
)
def test_a_list_is_answered(command: str, cloud: Cloud, run: str) -> None:
    assert aws(cloud, *command.split())


def test_a_job_s_log_can_be_tailed_alone(cloud: Cloud, run: str) -> None:
    name = f"kennel-local-training-{run}"
    group = "/aws/sagemaker/TrainingJobs"

    found = aws(
        cloud, "logs", "filter-log-events", "--log-group-name", group,
        "--log-stream-name-prefix", name,
    )  # fmt: skip

    assert found["events"]
    assert {event["logStreamName"].partition("/")[0] for event in found["events"]} == {name}


@pytest.mark.parametrize(("kind", "status"), [("Event", 202), ("DryRun", 204)])
def test_an_invocation_answers_as_lambda_does(
    kind: str, status: int, cloud: Cloud, tmp_path: Path
) -> None:
    found = aws(
        cloud, "lambda", "invoke", "--function-name", "kennel-local-reconcile",
        "--invocation-type", kind, str(tmp_path / "answer"),
    )  # fmt: skip

    assert found["StatusCode"] == status


def test_dead_letters_can_be_redriven(cloud: Cloud) -> None:
    account = "arn:aws:sqs:us-east-1:123456789012"
    source = f"{account}:kennel-local-images-failures"

    found = aws(cloud, "sqs", "start-message-move-task", "--source-arn", source)

    assert found["TaskHandle"]
