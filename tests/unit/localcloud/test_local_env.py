"""`source local.env` is all that AWS's own clients need to stay on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fixture_service import Deployed

BIN = Path(sys.executable).parent
# A shell that knows nothing but where programs are: no keys, no region, no configuration.
BARE = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONWARNINGS": "ignore"}

SDK = """
from sagemaker.core.helper.session_helper import Session
session = Session()
print(session.default_bucket(), session.sagemaker_config["SageMaker"]["TrainingJob"]["RoleArn"])
"""


def sourced(deployed: Deployed, command: str) -> str:
    """What a command prints in a shell that has sourced local.env, twice for good measure."""
    source = f". {deployed.local_env}"
    done = subprocess.run(
        ["/bin/sh", "-c", f"{source}; {source}; {command}"],
        env=BARE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("options", ["", "--region us-east-1 --output json"])
def test_aws_s_command_line_finds_the_queues(deployed: Deployed, options: str) -> None:
    answer = json.loads(sourced(deployed, f"aws {options} sqs list-queues"))

    assert deployed.queue("seen") in answer["QueueUrls"]


def test_aws_s_command_line_is_otherwise_left_alone(deployed: Deployed) -> None:
    assert deployed.bucket in sourced(deployed, "aws s3 ls")


def test_the_sdk_finds_a_bucket_and_a_role_without_asking_a_public_address(
    deployed: Deployed,
) -> None:
    bucket, role = sourced(deployed, f"python -c '{SDK}'").split()

    assert deployed.clients["s3"].head_bucket(Bucket=bucket)
    name = role.rpartition("/")[2]
    assert deployed.clients["iam"].get_role(RoleName=name)["Role"]["Arn"] == role
