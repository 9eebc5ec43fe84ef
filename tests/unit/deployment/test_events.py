"""Which events reach which function: the rules and notifications against real events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.events.models import EventPattern

from tests.support.compiled_template import Template
from tests.support.permissions import listed, statements

BUCKET = "kennel-dev-111122223333-us-east-1"


def rule(template: Template, name: str) -> Any:
    rules = {one["Name"]: one for _, one in template.resources("AWS::Events::Rule")}
    return rules[f"kennel-dev-{name}"]


def matches(template: Template, name: str, event: dict[str, Any]) -> bool:
    pattern = rule(template, name)["EventPattern"]
    return EventPattern(json.dumps(pattern), pattern).matches_event(event)  # type: ignore[arg-type]


def object_created(key: str, bucket: str = BUCKET) -> dict[str, Any]:
    detail = {"bucket": {"name": bucket}, "object": {"key": key, "size": 5}}
    return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}


def job_event(kind: str, name_key: str, name: str, status: str) -> dict[str, Any]:
    status_key = name_key.replace("Name", "Status")
    detail = {name_key: name, status_key: status}
    return {
        "source": "aws.sagemaker",
        "detail-type": f"SageMaker {kind} Job State Change",
        "detail": detail,
    }


@pytest.mark.parametrize(
    "key",
    ["datasets/dogs.zip", "datasets/2026/my dogs.zip", "datasets/dogs.ZIP", "datasets/dogs.tar.gz"],
)
def test_a_zip_under_datasets_is_looked_at(template: Template, key: str) -> None:
    assert matches(template, "dataset-uploaded", object_created(key))


@pytest.mark.parametrize(
    "key", ["images/dogs.zip", "dogs.zip", "old/datasets/dogs.zip", "runs/a/dataset.zip"]
)
def test_another_object_starts_no_run(template: Template, key: str) -> None:
    assert not matches(template, "dataset-uploaded", object_created(key))


def test_another_bucket_starts_no_run(template: Template) -> None:
    assert not matches(template, "dataset-uploaded", object_created("datasets/a.zip", "other"))


def test_tagging_an_object_starts_no_run(template: Template) -> None:
    event = object_created("datasets/dogs.zip") | {"detail-type": "Object Tags Added"}

    assert not matches(template, "dataset-uploaded", event)


JOBS = [
    ("preparation-ended", "Processing", "ProcessingJobName", "preparation"),
    ("tuning-ended", "HyperParameter Tuning", "HyperParameterTuningJobName", "tuning"),
    ("training-ended", "Training", "TrainingJobName", "training"),
    ("transform-ended", "Transform", "TransformJobName", "evaluation"),
    ("transform-ended", "Transform", "TransformJobName", "batch"),
]


@pytest.mark.parametrize(("name", "kind", "key", "job"), JOBS)
@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
def test_the_end_of_an_own_job_is_heard(
    template: Template, name: str, kind: str, key: str, job: str, status: str
) -> None:
    event = job_event(kind, key, f"kennel-dev-{job}-abcdefghij", status)

    assert matches(template, name, event)


@pytest.mark.parametrize(("name", "kind", "key", "job"), JOBS)
@pytest.mark.parametrize(
    ("prefix", "status"),
    [
        ("kennel-dev", "InProgress"),
        ("kennel-dev", "Stopping"),
        ("kennel-prod", "Completed"),
        ("other-dev", "Completed"),
    ],
)
def test_what_is_no_end_or_not_of_this_stage_is_not_heard(
    template: Template, name: str, kind: str, key: str, job: str, prefix: str, status: str
) -> None:
    event = job_event(kind, key, f"{prefix}-{job}-abcdefghij", status)

    assert not matches(template, name, event)


def test_a_tuning_trial_is_not_taken_for_the_training(template: Template) -> None:
    trial = "kennel-dev-tuning-abcdefghij-001-1a2b3c4d"

    event = job_event("Training", "TrainingJobName", trial, "Completed")

    assert not matches(template, "training-ended", event)


def written_prefixes(template: Template) -> set[str]:
    """Every part of the bucket that some role of the service may write."""
    return {
        resource.removeprefix(f"arn:aws:s3:::{BUCKET}/").rstrip("*")
        for role, _ in template.resources("AWS::IAM::Role")
        for statement in statements(template, role)
        if "s3:PutObject" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def test_nothing_that_kennel_writes_is_an_input(template: Template) -> None:
    notified = template.properties("Bucket")["NotificationConfiguration"]["QueueConfigurations"]
    prefixes = [one["Filter"]["S3Key"]["Rules"][0]["Value"] for one in notified]

    written = written_prefixes(template)

    assert written == {"runs/", "batches/", "checked/", "code/", "predictions/", "waiting/"}
    assert prefixes == ["images/"]
    for prefix in written:
        assert not prefix.startswith("images/")
        assert not matches(template, "dataset-uploaded", object_created(f"{prefix}dogs.zip"))


def test_what_a_rule_cannot_deliver_is_kept(template: Template) -> None:
    for _, one in template.resources("AWS::Events::Rule"):
        (target,) = one["Targets"]
        assert target["DeadLetterConfig"]["Arn"].endswith(":kennel-dev-delivery-failures")
        assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0


def test_images_are_gathered_and_refused_one_by_one(template: Template) -> None:
    mappings = [one for _, one in template.resources("AWS::Lambda::EventSourceMapping")]
    (images,) = [one for one in mappings if one["EventSourceArn"].endswith("-images")]

    assert images["MaximumBatchingWindowInSeconds"] == 60
    assert images["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert all(one["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for one in mappings)


def test_a_message_stays_hidden_longer_than_its_function_may_take(template: Template) -> None:
    queues = {one["QueueName"]: one for _, one in template.resources("AWS::SQS::Queue")}
    functions = {one["FunctionName"]: one for one in template.functions().values()}

    for _, mapping in template.resources("AWS::Lambda::EventSourceMapping"):
        queue = queues[mapping["EventSourceArn"].rpartition(":")[2]]
        timeout = functions[mapping["FunctionName"].rpartition(":")[2]]["Timeout"]
        window = mapping.get("MaximumBatchingWindowInSeconds", 0)
        assert queue["VisibilityTimeout"] >= 6 * timeout + window
