"""AWS in memory refuses what AWS refuses; the adapters' contract tests run on it as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from tests.chaos.aws.conditions import holds
from tests.chaos.silent_account import silent_clients
from tests.support.samples import SETTINGS

TRANSFORM = {
    "TransformJobName": "kennel-test-batch-b1",
    "ModelName": "no-such-model",
    "TransformInput": {
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in/"}}
    },
    "TransformOutput": {"S3OutputPath": "s3://bucket/out/"},
    "TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
}


@pytest.fixture
def clients() -> Mapping[str, Any]:
    return silent_clients()


def refusal(call: Any, **given: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**given)
    return str(refused.value.response["Error"]["Code"])


def test_botocore_validates_each_request(clients: Mapping[str, Any]) -> None:
    with pytest.raises(ParamValidationError):
        clients["s3"].put_object(Bucket=SETTINGS.bucket, Key="a/b", Body=b"", Colour="red")


def test_an_object_is_created_once_and_replaced_by_its_etag(clients: Mapping[str, Any]) -> None:
    def put(body: bytes, **condition: str) -> Any:
        return clients["s3"].put_object(Bucket=SETTINGS.bucket, Key="a/b", Body=body, **condition)

    first = put(b"1", IfNoneMatch="*")
    assert refusal(put, body=b"2", IfNoneMatch="*") == "PreconditionFailed"
    put(b"3", IfMatch=first["ETag"])
    assert refusal(put, body=b"4", IfMatch=first["ETag"]) == "PreconditionFailed"

    found = clients["s3"].get_object(Bucket=SETTINGS.bucket, Key="a/b")["Body"].read()
    assert found == b"3"


def test_a_job_s_name_is_taken_once_and_its_model_must_be_there(clients: Mapping[str, Any]) -> None:
    create = clients["sagemaker"].create_transform_job
    assert refusal(create, **TRANSFORM) == "ValidationException"
    image = {"Image": "image", "ModelDataUrl": "s3://bucket/model.tar.gz"}
    clients["sagemaker"].create_model(
        ModelName="no-such-model", PrimaryContainer=image, ExecutionRoleArn=SETTINGS.role_arn
    )

    create(**TRANSFORM)

    assert refusal(create, **TRANSFORM) == "ResourceInUse"


def test_an_item_of_more_than_400_kb_is_refused(clients: Mapping[str, Any]) -> None:
    item = {"kind": {"S": "k"}, "id": {"S": "1"}, "body": {"S": "x" * 400 * 1024}}

    put = clients["dynamodb"].put_item

    assert refusal(put, TableName=SETTINGS.table, Item=item) == "ValidationException"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("attribute_not_exists(id)", False),
        ("attribute_not_exists(other) AND number = :two", True),
        ("attribute_not_exists(id) OR number < :two", False),
        ("NOT (number >= :two)", False),
        ("other = :two", False),
        ("number = :text", False),
        ("begins_with(word, :text)", True),
    ],
)
def test_conditions_hold_as_in_dynamodb(condition: str, expected: bool) -> None:
    item = {"id": {"S": "1"}, "number": {"N": "2"}, "word": {"S": "2x"}}
    values = {":two": {"N": "2"}, ":text": {"S": "2"}}

    assert holds(condition, item, values, {}) is expected


def test_a_condition_that_is_not_understood_raises() -> None:
    with pytest.raises(NotImplementedError):
        holds("size(body) > :most", {}, {}, {})
