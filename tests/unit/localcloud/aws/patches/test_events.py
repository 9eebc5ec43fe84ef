"""Rules deliver to each of their targets, whatever becomes of the others."""

from __future__ import annotations

from tests.support.fixture_service import Deployed


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
