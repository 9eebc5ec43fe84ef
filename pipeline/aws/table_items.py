"""Items of Kennel's one table: partition key `kind`, sort key `id`, and texts beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Item = Mapping[str, AttributeValueTypeDef]

OTHERS_CHANGED = {"ConditionalCheckFailed", "TransactionConflict"}


def key(kind: str, identity: str) -> dict[str, AttributeValueTypeDef]:
    return {"kind": {"S": kind}, "id": {"S": identity}}


def item(kind: str, identity: str, **texts: str) -> dict[str, AttributeValueTypeDef]:
    return {**key(kind, identity), **{name: {"S": text} for name, text in texts.items()}}


def field(found: Item, name: str) -> str:
    return found[name]["S"]


def pages(
    client: DynamoDBClient, table: str, kind: str, *, limit: int | None = None
) -> Iterator[Item]:
    """The items of a kind in the order of their ids, read page by page as they are asked for."""
    read = 0
    for page in client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="kind = :kind",
        ExpressionAttributeValues={":kind": {"S": kind}},
        ConsistentRead=True,
    ):
        for found in page["Items"]:
            if limit is not None and read >= limit:
                return
            read += 1
            yield found


def failed_condition(error: ClientError) -> bool:
    """Whether a transaction was refused for what others changed, rather than for load."""
    reasons = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") in OTHERS_CHANGED for reason in reasons)
