"""A deployed stack can be looked at whole: outputs, resources, and what they made."""

from __future__ import annotations

import json

from tests.support.fixture_service import Deployed

STACK = "fixture-local"


def outputs(deployed: Deployed) -> dict[str, str]:
    [stack] = deployed.clients["cloudformation"].describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_the_outputs_are_those_of_the_newest_template(deployed: Deployed) -> None:
    assert outputs(deployed)["BucketName"] == deployed.bucket


def test_the_service_s_endpoint_is_the_one_that_answers(deployed: Deployed) -> None:
    assert outputs(deployed)["ServiceEndpoint"] == deployed.environment["KENNEL_URL"]


def test_a_queue_s_address_is_the_one_that_answers(deployed: Deployed) -> None:
    assert outputs(deployed)["SeenUrl"] == deployed.queue("seen")


def test_every_resource_of_the_template_is_listed_under_a_physical_id(deployed: Deployed) -> None:
    client = deployed.clients["cloudformation"]

    template = client.get_template(StackName=STACK)["TemplateBody"]["Resources"]
    listed = client.list_stack_resources(StackName=STACK)["StackResourceSummaries"]

    assert {one["LogicalResourceId"] for one in listed} == set(template)
    assert [one for one in listed if not one.get("PhysicalResourceId")] == []


def test_every_resource_of_the_template_can_be_described(deployed: Deployed) -> None:
    client = deployed.clients["cloudformation"]

    for resource in client.describe_stack_resources(StackName=STACK)["StackResources"]:
        name = resource["LogicalResourceId"]
        detail = client.describe_stack_resource(StackName=STACK, LogicalResourceId=name)
        described = detail["StackResourceDetail"]["PhysicalResourceId"]
        assert described == resource["PhysicalResourceId"]


def test_an_alarm_is_there(deployed: Deployed) -> None:
    answer = deployed.clients["cloudwatch"].describe_alarms(AlarmNames=["fixture-failures"])

    [alarm] = answer["MetricAlarms"]
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": "fixture-failures"}]
    assert alarm["Threshold"] == 0.0


def test_a_function_s_event_invoke_configuration_is_there(deployed: Deployed) -> None:
    config = deployed.clients["lambda"].get_function_event_invoke_config(
        FunctionName=deployed.function("fails")
    )

    assert config["MaximumRetryAttempts"] == 1
    destination = config["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination.endswith(":fixture-failures")


def test_the_policies_of_queues_and_buckets_are_there(deployed: Deployed) -> None:
    queue = deployed.clients["sqs"].get_queue_attributes(
        QueueUrl=deployed.queue("failures"), AttributeNames=["Policy"]
    )
    bucket = deployed.clients["s3"].get_bucket_policy(Bucket=deployed.bucket)

    [allowed] = json.loads(queue["Attributes"]["Policy"])["Statement"]
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    [denied] = json.loads(bucket["Policy"])["Statement"]
    assert denied["Effect"] == "Deny"
