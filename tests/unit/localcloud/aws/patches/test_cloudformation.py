"""CloudFormation refuses what AWS refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.account import Clients
from tests.support.stacks import QUEUE, create, failure, queues

NO_VALUE = {"Ref": "AWS::NoValue"}


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
