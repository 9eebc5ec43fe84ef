"""Clients that know nothing of Kennel: AWS's command line and the SageMaker SDK."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sagemaker_engine import REGION, Cloud


@pytest.fixture
def client_environment(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": cloud.moto_url,
        "AWS_ENDPOINT_URL_SAGEMAKER": cloud.server.url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "SAGEMAKER_VALIDATE_ROLE": "false",
    }.items():
        monkeypatch.setenv(name, value)


def aws(*arguments: str) -> dict[str, object]:
    command = [sys.executable, "-W", "ignore", str(Path(sys.executable).parent / "aws")]
    ran = subprocess.run(
        [*command, "sagemaker", *arguments, "--output", "json"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    answer: dict[str, object] = json.loads(ran.stdout or "{}")
    return answer


@pytest.mark.usefixtures("client_environment")
def test_the_command_line_waits_for_a_job_and_describes_it(cloud: Cloud) -> None:
    job = cloud.train("print(1)")
    cloud.ended("training", job)

    aws("wait", "training-job-completed-or-stopped", "--training-job-name", job)
    answer = aws("describe-training-job", "--training-job-name", job)

    assert answer["TrainingJobStatus"] == "Completed"


@pytest.mark.usefixtures("client_environment")
def test_the_sdk_gets_lists_and_waits_for_a_job(cloud: Cloud) -> None:
    job = cloud.train("import time; time.sleep(6); print('loss=0.5')")
    script = (
        "from sagemaker.core.resources import TrainingJob\n"
        "import logging, sys\n"
        "logging.getLogger('sagemaker').setLevel('INFO')\n"
        "logging.basicConfig(level='INFO')\n"
        "job = TrainingJob.get(training_job_name=sys.argv[1])\n"
        "print('SDK', job.training_job_status)\n"
        "job.wait(poll=1, timeout=60, logs=True)\n"
        "listed = TrainingJob.get_all(name_contains=sys.argv[1])\n"
        "print('SDK', job.training_job_status, *(item.training_job_name for item in listed))\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script, job], capture_output=True, text=True, check=False
    )

    assert "SDK InProgress" in ran.stdout, ran.stderr
    assert "loss=0.5" in ran.stdout + ran.stderr
    assert f"SDK Completed {job}" in ran.stdout
