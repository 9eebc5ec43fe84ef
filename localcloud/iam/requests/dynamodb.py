"""Which permissions a request to DynamoDB takes: per table, with the partition keys it touches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from localcloud.iam.evaluation import Need
from localcloud.iam.requests.request import Region, Request, Unmapped

_OF_ONE_ITEM = {"GetItem": "Key", "DeleteItem": "Key", "UpdateItem": "Key", "PutItem": "Item"}
_IN_TRANSACTIONS = {
    "Get": ("GetItem", "Key"),
    "Put": ("PutItem", "Item"),
    "Update": ("UpdateItem", "Key"),
    "Delete": ("DeleteItem", "Key"),
    "ConditionCheck": ("ConditionCheckItem", "Key"),
}
_OF_TABLES = ("DescribeTable", "Scan")
_EQUALITY = re.compile(r"([\w#.-]+)\s*=\s*(:\w+)")


def needs(request: Request, region: Region) -> Iterator[Need]:
    operation, body = request.target, request.json()
    if operation in _OF_ONE_ITEM:
        keys = [_partition(body.get(_OF_ONE_ITEM[operation]), body, region)]
        yield _need(operation, body, region, keys)
    elif operation == "Query":
        yield _need(operation, body, region, [_queried(body, region)])
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        yield from _batch_needs(operation, body, region)
    elif operation in ("TransactWriteItems", "TransactGetItems"):
        yield from _transaction_needs(body, region)
    elif operation in _OF_TABLES:
        yield _need(operation, body, region, ())
    else:
        raise Unmapped(operation)


def _batch_needs(operation: str, body: Mapping[str, Any], region: Region) -> Iterator[Need]:
    for table, asked in body.get("RequestItems", {}).items():
        place = {"TableName": table}
        if operation == "BatchGetItem":
            items = list(asked.get("Keys", ()))
        else:
            changes = [change for entry in asked for change in entry.values()]
            items = [change.get("Item") or change.get("Key") for change in changes]
        yield _need(operation, place, region, [_partition(one, place, region) for one in items])


def _transaction_needs(body: Mapping[str, Any], region: Region) -> Iterator[Need]:
    """Each operation as if alone, but with the keys of all: AWS does not say that it parts them."""
    parts = [part for entry in body.get("TransactItems", ()) for part in entry.items()]
    touched: dict[str, list[str]] = {}
    actions: dict[tuple[str, str], Mapping[str, Any]] = {}
    for kind, operation in parts:
        action, member = _IN_TRANSACTIONS[kind]
        table = operation["TableName"]
        touched.setdefault(table, []).append(_partition(operation.get(member), operation, region))
        actions[action, table] = operation
    for (action, table), operation in actions.items():
        yield _need(action, operation, region, touched[table])


def _queried(body: Mapping[str, Any], region: Region) -> str:
    """The one partition that a query reads."""
    wanted = _hash_key(body, region)
    if wanted in body.get("KeyConditions", {}):
        return _value(body["KeyConditions"][wanted]["AttributeValueList"][0])
    names = body.get("ExpressionAttributeNames", {})
    for name, value in _EQUALITY.findall(body.get("KeyConditionExpression", "")):
        if names.get(name, name) == wanted:
            return _value(body.get("ExpressionAttributeValues", {}).get(value, {}))
    raise Unmapped("a query without its partition key")


def _partition(item: Any, body: Mapping[str, Any], region: Region) -> str:
    key = _hash_key(body, region)
    if not isinstance(item, Mapping) or key not in item:
        raise Unmapped("an item without its partition key")
    return _value(item[key])


def _value(typed: Mapping[str, Any]) -> str:
    return str(next(iter(typed.values()), ""))


def _hash_key(body: Mapping[str, Any], region: Region) -> str:
    name = _table(body)
    key = region.hash_key(name)
    if key is None:
        raise Unmapped(f"table {name}, which does not exist")
    return key


def _table(body: Mapping[str, Any]) -> str:
    return str(body.get("TableName", "")).rpartition("/")[2]


def _need(operation: str, body: Mapping[str, Any], region: Region, keys: Iterable[str]) -> Need:
    resource = region.arn("dynamodb", f"table/{_table(body)}")
    if "IndexName" in body:
        resource += f"/index/{body['IndexName']}"
    leading = tuple(dict.fromkeys(keys))
    context = {"dynamodb:LeadingKeys": leading} if leading else {}
    return Need(action=f"dynamodb:{operation}", resource=resource, context=context)
