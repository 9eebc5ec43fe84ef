"""Lambda's own API, by AWS's own command line, reaches the runner."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fixture_service import Deployed, eventually


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


def test_an_event_of_our_own_reaches_a_rules_queue_with_its_account(deployed: Deployed) -> None:
    events, rule = deployed.clients["events"], "to-a-queue"
    queue = "arn:aws:sqs:us-east-1:123456789012:fixture-notified"
    events.put_rule(Name=rule, EventPattern='{"source": ["test"]}')
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": queue}])

    events.put_events(Entries=[{"Source": "test", "DetailType": "T", "Detail": '{"a": 1}'}])

    event = deployed.found("notified", lambda body: body.get("source") == "test")
    assert (event["account"], event["detail"]) == ("123456789012", {"a": 1})
    assert event["time"].endswith("Z")


def test_a_disabled_rule_takes_no_events(deployed: Deployed) -> None:
    events, rule = deployed.clients["events"], "disabled"
    queue = "arn:aws:sqs:us-east-1:123456789012:fixture-dead-letters"
    events.put_rule(Name=rule, EventPattern='{"source": ["off"]}', State="DISABLED")
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": queue}])

    events.put_events(Entries=[{"Source": "off", "DetailType": "T", "Detail": "{}"}])

    assert deployed.taken("dead-letters") == []


@pytest.mark.parametrize(
    ("asked", "status", "wanted"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=-3", 206, b"789"),
        ("bytes=8-", 206, b"89"),
        ("bytes=5-900", 206, b"56789"),
        ("bytes=7-3", 200, b"0123456789"),
        ("bytes=0-1,4-5", 200, b"0123456789"),
        ("lines=1", 200, b"0123456789"),
    ],
)
def test_a_range_of_an_object_is_what_s3_would_send(
    deployed: Deployed, asked: str, status: int, wanted: bytes
) -> None:
    s3, place = deployed.clients["s3"], {"Bucket": deployed.bucket, "Key": "ranges"}
    s3.put_object(**place, Body=b"0123456789")

    answer = s3.get_object(**place, Range=asked)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert answer["Body"].read() == wanted


def test_an_impossible_range_is_refused(deployed: Deployed) -> None:
    s3, place = deployed.clients["s3"], {"Bucket": deployed.bucket, "Key": "ranges"}
    s3.put_object(**place, Body=b"0123456789")

    with pytest.raises(s3.exceptions.ClientError, match="InvalidRange"):
        s3.get_object(**place, Range="bytes=10-")


def test_tags_are_told_of_only_when_they_were_asked_for(deployed: Deployed) -> None:
    s3, place = deployed.clients["s3"], {"Bucket": deployed.bucket, "Key": "tagged"}
    queue = "arn:aws:sqs:us-east-1:123456789012:fixture-notified"
    events = deployed.clients["events"]
    events.put_rule(Name="tags", EventPattern='{"source": ["aws.s3"]}')
    events.put_targets(Rule="tags", Targets=[{"Id": "1", "Arn": queue}])

    s3.put_object(**place, Body=b"")
    s3.put_object_tagging(**place, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})

    bodies = [json.loads(message["Body"]) for message in deployed.taken("notified")]
    told = [body["detail-type"] for body in bodies if "detail-type" in body]
    events.remove_targets(Rule="tags", Ids=["1"])
    assert told == ["Object Created", "Object Tags Added"]


def test_a_target_that_is_gone_does_not_fail_the_put(deployed: Deployed) -> None:
    s3, events = deployed.clients["s3"], deployed.clients["events"]
    events.put_rule(Name="lost", EventPattern='{"source": ["aws.s3"]}')
    targets = [
        {"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:gone"},
        {"Id": "2", "Arn": "arn:aws:sqs:us-east-1:123456789012:fixture-notified"},
    ]
    events.put_targets(Rule="lost", Targets=targets)

    s3.put_object(Bucket=deployed.bucket, Key="unheard", Body=b"")

    events.remove_targets(Rule="lost", Ids=["1", "2"])
    event = deployed.found("notified", lambda body: body.get("source") == "aws.s3")
    assert event["detail"]["object"]["key"] == "unheard"
