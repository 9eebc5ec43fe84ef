"""What S3 tells of tags."""

from __future__ import annotations

import json

from tests.support.fixture_service import Deployed


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
