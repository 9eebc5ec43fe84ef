"""Lambda's own API, by AWS's own command line, reaches the runner."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fixture_service import Deployed
from tests.support.waiting import eventually


def test_the_aws_command_line_invokes_a_function(deployed: Deployed, tmp_path: Path) -> None:
    aws = Path(sys.executable).with_name("aws")
    output = tmp_path / "answer.json"
    command = [str(aws), "lambda", "invoke", "--function-name", deployed.function("echo")]

    done = subprocess.run(
        [*command, str(output)],
        env=os.environ | deployed.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["StatusCode"] == 200
    assert json.loads(output.read_text())["statusCode"] == 200


def test_a_function_error_is_told_with_the_end_of_the_log(deployed: Deployed) -> None:
    answer = deployed.clients["lambda"].invoke(
        FunctionName=deployed.function("fails"), Payload=b'{"what": "x"}', LogType="Tail"
    )

    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"])["errorType"] == "ValueError"
    log = base64.b64decode(answer["LogResult"]).decode()
    assert "cannot do x" in log
    assert log.splitlines()[-1].startswith("REPORT")


def test_an_unknown_function_is_not_found(deployed: Deployed) -> None:
    client = deployed.clients["lambda"]

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="nothing", Payload=b"{}")


def test_a_functions_log_is_in_cloudwatch(deployed: Deployed) -> None:
    deployed.clients["lambda"].invoke(
        FunctionName=deployed.function("fails"), Payload=b'{"what": "logged"}'
    )

    def lines() -> list[str]:
        events = deployed.clients["logs"].filter_log_events(
            logGroupName=f"/aws/lambda/{deployed.function('fails')}"
        )["events"]
        return [event["message"] for event in events if "cannot do logged" in event["message"]]

    assert "Traceback" in eventually(lines)[0]


@pytest.mark.parametrize(("kind", "status"), [("Event", 202), ("DryRun", 204)])
def test_an_invocation_that_nobody_waits_for_is_accepted(
    deployed: Deployed, kind: str, status: int
) -> None:
    answer = deployed.clients["lambda"].invoke(
        FunctionName=deployed.function("echo"), InvocationType=kind, Payload=b"{}"
    )

    assert answer["StatusCode"] == status
