"""CloudFormation refuses what AWS refuses, and undoes what fails, as AWS does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.account import Clients
from tests.support.account_process import running_account

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "made"}}
TAKEN = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "taken"}, "DependsOn": "Made"}


@pytest.fixture(scope="module")
def shared() -> Iterator[Clients]:
    with running_account() as address:
        clients = Clients(address)
        yield clients
        clients.close()


@pytest.fixture
def account(shared: Clients) -> Iterator[Clients]:
    """An account that has one queue, `taken`, and nothing else when the test has ended."""
    shared["sqs"].create_queue(QueueName="taken")
    yield shared
    shared["cloudformation"].delete_stack(StackName="s")
    for name in queues(shared):
        shared["sqs"].delete_queue(QueueUrl=shared["sqs"].get_queue_url(QueueName=name)["QueueUrl"])


def queues(account: Clients) -> set[str]:
    urls = account["sqs"].list_queues().get("QueueUrls", [])
    return {url.rpartition("/")[2] for url in urls}


def create(account: Clients, resources: Any, **request: Any) -> None:
    body = json.dumps({"Resources": resources, **request.pop("template", {})})
    account["cloudformation"].create_stack(StackName="s", TemplateBody=body, **request)


def update(account: Clients, resources: Any) -> None:
    body = json.dumps({"Resources": resources})
    account["cloudformation"].update_stack(StackName="s", TemplateBody=body)


def status(account: Clients) -> str:
    (stack,) = account["cloudformation"].describe_stacks(StackName="s")["Stacks"]
    return str(stack["StackStatus"])


def failure(account: Clients) -> tuple[str, str]:
    """The resource that failed, and why."""
    events = account["cloudformation"].describe_stack_events(StackName="s")["StackEvents"]
    event = next(event for event in events if event["ResourceStatus"].endswith("_FAILED"))
    return event["LogicalResourceId"], event["ResourceStatusReason"]


def parameters(**values: str) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


def test_parameters_for_a_template_without_any_are_refused(account: Clients) -> None:
    with pytest.raises(ClientError, match="template which does not require them"):
        create(account, {"Made": QUEUE}, Parameters=parameters(Address="x"))

    assert queues(account) == {"taken"}


def test_a_change_set_is_refused_for_them_too(account: Clients) -> None:
    with pytest.raises(ClientError, match="template which does not require them"):
        account["cloudformation"].create_change_set(
            StackName="s",
            ChangeSetName="first",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps({"Resources": {"Made": QUEUE}}),
            Parameters=parameters(Address="x"),
        )


def test_a_parameter_that_is_not_declared_is_named(account: Clients) -> None:
    declared = {"Parameters": {"Name": {"Type": "String", "Default": "a"}}}

    with pytest.raises(ClientError, match=r"Parameters: \[Nme\] do not exist in the template"):
        create(account, {"Made": QUEUE}, template=declared, Parameters=parameters(Nme="x"))


def test_a_parameter_without_a_value_is_named(account: Clients) -> None:
    declared = {"Parameters": {"Name": {"Type": "String"}}}

    with pytest.raises(ClientError, match=r"Parameters: \[Name\] must have values"):
        create(account, {"Made": QUEUE}, template=declared)


def test_a_type_that_aws_does_not_have_is_refused(account: Clients) -> None:
    with pytest.raises(ClientError, match=r"Unrecognized resource types: \[AWS::SQS::Queu\]"):
        create(account, {"Made": {"Type": "AWS::SQS::Queu"}})


def test_a_name_that_exists_fails_and_all_that_was_made_is_taken_back(account: Clients) -> None:
    create(account, {"Taken": TAKEN, "Made": QUEUE})

    assert failure(account) == (
        "Taken",
        "Resource of type 'AWS::SQS::Queue' with identifier 'taken' already exists.",
    )
    assert (status(account), queues(account)) == ("ROLLBACK_COMPLETE", {"taken"})


@pytest.mark.parametrize(
    ("policy", "left"),
    [("Delete", set()), ("RetainExceptOnCreate", set()), ("Retain", {"made"})],
)
def test_a_first_creation_leaves_what_is_retained_and_no_more(
    account: Clients, policy: str, left: set[str]
) -> None:
    create(account, {"Made": QUEUE | {"DeletionPolicy": policy}, "Taken": TAKEN})

    assert queues(account) == {"taken"} | left


def test_what_was_retained_fails_the_next_try(account: Clients) -> None:
    create(account, {"Made": QUEUE | {"DeletionPolicy": "Retain"}, "Taken": TAKEN})
    account["cloudformation"].delete_stack(StackName="s")

    create(account, {"Made": QUEUE})

    assert failure(account)[0] == "Made"


def test_a_stack_that_was_rolled_back_can_only_be_deleted(account: Clients) -> None:
    create(account, {"Taken": TAKEN, "Made": QUEUE})

    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        update(account, {"Made": QUEUE})
    account["cloudformation"].delete_stack(StackName="s")
    create(account, {"Made": QUEUE})

    assert status(account) == "CREATE_COMPLETE"


def test_an_update_that_fails_puts_everything_back(account: Clients) -> None:
    create(account, {"Made": QUEUE})

    slow = {"QueueName": "made", "VisibilityTimeout": 99}
    new = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "new"}}
    changed = {"New": new, "Made": QUEUE | {"Properties": slow}, "Taken": TAKEN}
    update(account, changed)

    assert (status(account), queues(account)) == ("UPDATE_ROLLBACK_COMPLETE", {"taken", "made"})
    url = account["sqs"].get_queue_url(QueueName="made")["QueueUrl"]
    attributes = account["sqs"].get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert attributes["Attributes"]["VisibilityTimeout"] == "30"


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_what_is_retained_outlives_its_place_in_the_template_and_the_stack(
    account: Clients, policy: str
) -> None:
    kept = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "kept"}}
    create(account, {"Kept": kept | {"DeletionPolicy": policy}, "Made": QUEUE})

    update(account, {"Made": QUEUE})
    account["cloudformation"].delete_stack(StackName="s")

    assert queues(account) == {"taken", "kept"}


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        (
            {"Type": "AWS::SQS::Queue", "Properties": {"Nmae": "x"}},
            "#: extraneous key [Nmae] is not permitted",
        ),
        (
            {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"State": "On"}}},
            "#/VersioningConfiguration: extraneous key [State] is not permitted",
        ),
        (
            {"Type": "AWS::DynamoDB::Table", "Properties": {}},
            "#: required key [KeySchema] not found",
        ),
        (
            {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "Everybody"}},
            "#/AccessControl: Everybody is not a valid enum value",
        ),
    ],
)
def test_properties_are_those_of_the_type(account: Clients, resource: Any, sentence: str) -> None:
    create(account, {"Made": QUEUE, "Odd": resource})

    logical, reason = failure(account)
    assert logical == "Odd"
    assert sentence in reason
    assert queues(account) == {"taken"}


def test_what_a_function_will_give_is_not_judged_before(account: Clients) -> None:
    fitting = {"QueueName": {"Fn::Sub": "${AWS::StackName}-q"}, "KmsMasterKeyId": NO_VALUE}

    create(account, {"Made": {"Type": "AWS::SQS::Queue", "Properties": fitting}})

    assert queues(account) == {"taken", "s-q"}


NO_VALUE = {"Ref": "AWS::NoValue"}
