"""A really deployed stack is read as it was written."""

from __future__ import annotations

import pytest

from localcloud.functions.function import Function
from localcloud.stack.stack import Stack, read_stack
from localcloud.stack.template import Template
from tests.support.fixture_service import Deployed


@pytest.fixture(scope="module")
def stack(deployed: Deployed) -> Stack:
    return read_stack(Template.of_stack("fixture-local", deployed.clients), deployed.clients)


def function(stack: Stack, name: str) -> Function:
    return next(found for found in stack.functions if found.name == f"fixture-local-{name}")


def test_a_function_has_its_settings_with_references_resolved(
    stack: Stack, deployed: Deployed
) -> None:
    echo = function(stack, "echo")

    assert (echo.handler, echo.timeout, echo.memory) == ("functions.echo", 5.0, 256)
    assert echo.environment["FIXTURE_BUCKET"] == deployed.bucket
    assert echo.arn == "arn:aws:lambda:us-east-1:123456789012:function:fixture-local-echo"


def test_reserved_concurrency_limits_a_function(stack: Stack) -> None:
    assert function(stack, "echo").concurrency == 2
    assert function(stack, "batch").concurrency == 4


def test_retries_and_destinations_are_read(stack: Stack) -> None:
    policy = function(stack, "fails").policy

    assert policy.retries == 1
    assert policy.on_failure == "arn:aws:sqs:us-east-1:123456789012:fixture-failures"
    assert policy.dead_letters is None


def test_a_dead_letter_queue_is_read(stack: Stack) -> None:
    policy = function(stack, "buries").policy

    assert policy.retries == 0
    assert policy.dead_letters == "arn:aws:sqs:us-east-1:123456789012:fixture-dead-letters"


def test_a_queue_trigger_is_read(stack: Stack) -> None:
    (trigger,) = stack.triggers

    assert trigger.function == "fixture-local-batch"
    assert trigger.queue.endswith(":fixture-work")
    assert (trigger.batch_size, trigger.window, trigger.partial) == (5, 1.0, True)


def test_a_schedule_is_read_with_its_input(stack: Stack) -> None:
    (schedule,) = stack.schedules

    assert schedule.expression == "rate(1 minute)"
    assert schedule.targets[0]["Input"] == '{"tick":true}'


def test_the_bucket_of_the_deployment_is_not_the_services(stack: Stack, deployed: Deployed) -> None:
    assert stack.buckets == (deployed.bucket,)


def test_motos_own_triggers_are_switched_off(deployed: Deployed) -> None:
    mappings = deployed.clients["lambda"].list_event_source_mappings()["EventSourceMappings"]

    assert [mapping["State"] for mapping in mappings] == ["Disabled"]


def test_versioning_is_applied(deployed: Deployed) -> None:
    answer = deployed.clients["s3"].get_bucket_versioning(Bucket=deployed.bucket)

    assert answer["Status"] == "Enabled"
