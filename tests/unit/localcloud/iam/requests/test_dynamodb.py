"""Which permissions requests to DynamoDB take, and the partition keys that conditions see."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.iam.evaluation import Need
from localcloud.iam.requests import dynamodb
from localcloud.iam.requests.request import Region, Unmapped
from tests.support.aws_requests import made_by

REGION = Region(account="123456789012", name="us-east-1", hash_key={"kennel": "kind"}.get)
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/kennel"


def item(kind: str) -> dict[str, Any]:
    return {"kind": {"S": kind}, "id": {"S": "x"}}


def needed(operation: str, **parameters: Any) -> list[Need]:
    _, request = made_by("dynamodb", operation, **parameters)
    return list(dynamodb.needs(request, REGION))


def need(action: str, *keys: str, resource: str = TABLE) -> Need:
    context = {"dynamodb:LeadingKeys": keys} if keys else {}
    return Need(action=f"dynamodb:{action}", resource=resource, context=context)


@pytest.mark.parametrize("table", ["kennel", TABLE])
def test_an_item_s_partition_is_known(table: str) -> None:
    assert needed("get_item", TableName=table, Key=item("run")) == [need("GetItem", "run")]
    assert needed("put_item", TableName=table, Item=item("run")) == [need("PutItem", "run")]
    assert needed("delete_item", TableName=table, Key=item("run")) == [need("DeleteItem", "run")]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("kind = :kind", {}),
        ("#k=:kind AND begins_with(id, :start)", {"ExpressionAttributeNames": {"#k": "kind"}}),
        ("id < :start AND kind = :kind", {}),
    ],
)
def test_a_query_s_partition_is_in_its_condition(condition: str, names: dict[str, Any]) -> None:
    values = {":kind": {"S": "image"}, ":start": {"S": "a"}}

    asked = needed(
        "query",
        TableName="kennel",
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
        **names,
    )

    assert asked == [need("Query", "image")]


def test_an_index_is_a_resource_of_its_own() -> None:
    values = {":kind": {"S": "image"}}

    asked = needed(
        "query",
        TableName="kennel",
        IndexName="by_time",
        KeyConditionExpression="kind = :kind",
        ExpressionAttributeValues=values,
    )

    assert asked == [need("Query", "image", resource=f"{TABLE}/index/by_time")]


def test_a_batch_has_the_keys_of_all_its_items() -> None:
    keys = [item("image"), item("slot"), item("image")]

    asked = needed("batch_get_item", RequestItems={"kennel": {"Keys": keys}})

    assert asked == [need("BatchGetItem", "image", "slot")]


def test_a_transaction_is_its_operations_with_the_keys_of_all() -> None:
    check = {"TableName": "kennel", "Key": item("slot"), "ConditionExpression": "x = y"}
    puts = [
        {"Put": {"TableName": "kennel", "Item": item("champion")}},
        {"Put": {"TableName": "kennel", "Item": item("run")}},
    ]

    asked = needed("transact_write_items", TransactItems=[*puts, {"ConditionCheck": check}])

    keys = ("champion", "run", "slot")
    assert asked == [need("PutItem", *keys), need("ConditionCheckItem", *keys)]


def test_a_scan_names_no_partition() -> None:
    assert needed("scan", TableName="kennel") == [need("Scan")]


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_item", {"TableName": "other", "Key": item("run")}),
        ("get_item", {"TableName": "kennel", "Key": {"id": {"S": "x"}}}),
        ("query", {"TableName": "kennel", "KeyConditionExpression": "id = :id"}),
        ("delete_table", {"TableName": "kennel"}),
    ],
)
def test_what_is_not_mapped_is_not_guessed(operation: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(Unmapped):
        needed(operation, **parameters)
