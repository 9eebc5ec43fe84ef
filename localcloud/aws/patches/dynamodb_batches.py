"""BatchWriteItem takes what DynamoDB takes, or nothing of it.

moto takes any number of items, and a key twice if its items differ; an item too large is refused
only when those before it are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.responses import DynamoHandler

from localcloud.aws import mishaps
from localcloud.aws.patches.patch import Patch

_MOST_ITEMS = 25
_MOST_ITEM_BYTES = 400 * 1024
_MOST_BYTES = 16 * 1024 * 1024
_batch_write_item_of_moto: Callable[[DynamoHandler], Any] = DynamoHandler.batch_write_item


def _batch_write_item(handler: DynamoHandler) -> Any:
    asked = handler.body.get("RequestItems") or {}
    _check(handler, asked)
    left = _left_over(asked)
    if left:
        handler.body["RequestItems"] = {
            name: [entry for entry in entries if entry not in left.get(name, ())]
            for name, entries in asked.items()
        }
    answer = _batch_write_item_of_moto(handler)
    answer.result["UnprocessedItems"] = left
    return answer


def _left_over(asked: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Never all: a batch of which nothing is processed is another error."""
    pairs = [(name, entry) for name, entries in asked.items() for entry in entries]
    left: dict[str, list[Any]] = {}
    for name, entry in pairs[1:]:
        if mishaps.strikes(mishaps.UNPROCESSED, name):
            left.setdefault(name, []).append(entry)
    return left


def _check(handler: DynamoHandler, tables: Mapping[str, Any]) -> None:
    requests = [next(iter(entry.items())) for entries in tables.values() for entry in entries]
    if not requests:
        raise MockValidationException(
            "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        )
    if len(requests) > _MOST_ITEMS:
        raise MockValidationException("Too many items requested for the BatchWriteItem call")
    touched = list(_touched(handler, tables))
    if len(set(touched)) < len(touched):
        raise MockValidationException("Provided list of item keys contains duplicates")
    sizes = [_size(body["Item"]) for kind, body in requests if kind == "PutRequest"]
    if max(sizes, default=0) > _MOST_ITEM_BYTES:
        raise MockValidationException("Item size has exceeded the maximum allowed size")
    if sum(sizes) > _MOST_BYTES:
        raise MockValidationException("Request size exceeded 16 MB")


def _touched(handler: DynamoHandler, tables: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, entries in tables.items():
        table = handler.dynamodb_backend.get_table(name)
        keys = [key for key in (table.hash_key_attr, table.range_key_attr) if key]
        for entry in entries:
            (body,) = entry.values()
            item = body.get("Item") or body.get("Key") or {}
            yield (table.name, *(repr(item.get(key)) for key in keys))


def _size(item: Mapping[str, Any]) -> int:
    return sum(len(name.encode()) + DynamoType(value).size() for name, value in item.items())


PATCHES = (Patch(DynamoHandler, "batch_write_item", _batch_write_item),)
