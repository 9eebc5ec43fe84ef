"""BatchWriteItem takes what DynamoDB takes."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.aws.account import Clients
from tests.support.account_roles import refused


@pytest.fixture(scope="module")
def table(shared: Clients) -> Any:
    shared["dynamodb"].create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return shared["dynamodb"]


def put(key: object, value: str = "") -> dict[str, Any]:
    return {"PutRequest": {"Item": {"pk": {"S": str(key)}, "value": {"S": value}}}}


DELETE = {"DeleteRequest": {"Key": {"pk": {"S": "0"}}}}


@pytest.mark.parametrize(
    ("requests", "why"),
    [
        ([put(n) for n in range(26)], "Too many items requested for the BatchWriteItem call"),
        ([put(0), put(0, "other")], "Provided list of item keys contains duplicates"),
        ([put(0), DELETE], "Provided list of item keys contains duplicates"),
        ([put(0), put(1, "x" * 410_000)], "Item size has exceeded the maximum allowed size"),
    ],
)
def test_what_dynamodb_refuses_is_refused_as_a_whole(
    table: Any, requests: list[dict[str, Any]], why: str
) -> None:
    status, code, message = refused(table.batch_write_item, RequestItems={"t": requests})

    assert (status, code, message) == (400, "ValidationException", why)
    assert table.scan(TableName="t")["Count"] == 0


def test_items_past_their_time_are_still_there(table: Any) -> None:
    specification = {"Enabled": True, "AttributeName": "ttl"}
    table.update_time_to_live(TableName="t", TimeToLiveSpecification=specification)
    item = {"pk": {"S": "old"}, "ttl": {"N": "1"}}

    table.put_item(TableName="t", Item=item)

    assert table.get_item(TableName="t", Key={"pk": {"S": "old"}})["Item"] == item
    table.delete_item(TableName="t", Key={"pk": {"S": "old"}})
