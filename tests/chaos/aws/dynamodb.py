"""DynamoDB in memory: one table of partition key `kind` and sort key `id`, as resources/ has it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from tests.chaos.aws.conditions import holds
from tests.chaos.aws.wire import Answer, Params, Refused

Item = dict[str, dict[str, Any]]
Identity = tuple[str, str]

MOST_ITEM_BYTES = 400 * 1024
MOST_PAGE_BYTES = 1024 * 1024
MOST_GETS, MOST_WRITES, MOST_TRANSACTED = 100, 25, 100


class MemoryDynamo:
    def __init__(self, table: str) -> None:
        self.table = table
        self.items: dict[str, dict[str, Item]] = {}  # by kind and id

    def find(self, kind: str, identity: str) -> Item | None:
        return self.items.get(kind, {}).get(identity)

    # The operations.

    def get_item(self, given: Params) -> Answer:
        found = self._find(given["Key"])
        return {"Item": found} if found else {}

    def put_item(self, given: Params) -> Answer:
        self._check(given, self._find(given["Item"]))
        self._put(given["Item"])
        return {}

    def delete_item(self, given: Params) -> Answer:
        self._check(given, self._find(given["Key"]))
        self._remove(given["Key"])
        return {}

    def query(self, given: Params) -> Answer:
        """The one form that the adapters ask: all of a kind, in the order of the ids."""
        if given["KeyConditionExpression"] != "kind = :kind" or "FilterExpression" in given:
            raise NotImplementedError(given["KeyConditionExpression"])
        kind = given["ExpressionAttributeValues"][":kind"]["S"]
        held = self.items.get(kind, {})
        names = sorted(held, key=str.encode)
        start = given.get("ExclusiveStartKey")
        position = bisect_right(names, start["id"]["S"]) if start else 0
        if given.get("ScanIndexForward") is False:
            raise NotImplementedError("a query backwards")
        page, size = [], 0
        limit = given.get("Limit", len(names))
        for name in names[position:]:
            page.append(held[name])
            size += _size(held[name])
            if size > MOST_PAGE_BYTES or len(page) == limit:
                last = {"kind": {"S": kind}, "id": {"S": name}}
                return {"Items": page, "Count": len(page), "LastEvaluatedKey": last}
        return {"Items": page, "Count": len(page)}

    def batch_get_item(self, given: Params) -> Answer:
        keys = given["RequestItems"][self.table]["Keys"]
        if len(keys) > MOST_GETS or len({_identity(key) for key in keys}) < len(keys):
            raise _invalid("Too many items requested for the BatchGetItem call, or duplicates")
        found = [item for key in keys if (item := self._find(key))]
        return {"Responses": {self.table: found}, "UnprocessedKeys": {}}

    def batch_write_item(self, given: Params) -> Answer:
        asked = given["RequestItems"][self.table]
        identities = [
            _identity(
                one["PutRequest"]["Item"] if "PutRequest" in one else one["DeleteRequest"]["Key"]
            )
            for one in asked
        ]
        if len(asked) > MOST_WRITES or len(set(identities)) < len(asked):
            raise _invalid("Too many items requested for the BatchWriteItem call, or duplicates")
        for one in asked:
            if "PutRequest" in one:
                self._put(one["PutRequest"]["Item"])
            else:
                self._remove(one["DeleteRequest"]["Key"])
        return {"UnprocessedItems": {}}

    def transact_write_items(self, given: Params) -> Answer:
        actions = [next(iter(one.items())) for one in given["TransactItems"]]
        if len(actions) > MOST_TRANSACTED:
            raise _invalid("Member must have length less than or equal to 100")
        reasons = [self._reason(kind, action) for kind, action in actions]
        if any(reason["Code"] != "None" for reason in reasons):
            codes = ", ".join(reason["Code"] for reason in reasons)
            message = f"Transaction cancelled, please refer cancellation reasons [{codes}]"
            raise Refused("TransactionCanceledException", message, CancellationReasons=reasons)
        for kind, action in actions:
            if kind == "Put":
                self._put(action["Item"])
            elif kind == "Delete":
                self._remove(action["Key"])
        return {}

    # The rest.

    def _reason(self, kind: str, action: Params) -> dict[str, str]:
        if kind not in {"Put", "Delete", "ConditionCheck"}:
            raise NotImplementedError(f"{kind} in a transaction")
        try:
            self._check(action, self._find(action.get("Item") or action["Key"]))
        except Refused as refused:
            code = refused.answer["Error"]["Code"].removesuffix("Exception")
            return {"Code": code, "Message": str(refused)}
        return {"Code": "None"}

    def _check(self, given: Params, found: Item | None) -> None:
        expression = given.get("ConditionExpression")
        if expression is None:
            return
        values = given.get("ExpressionAttributeValues", {})
        if not holds(expression, found, values, given.get("ExpressionAttributeNames", {})):
            raise Refused("ConditionalCheckFailedException", "The conditional request failed")

    def _find(self, key: Mapping[str, Mapping[str, Any]]) -> Item | None:
        return self.find(*_identity(key))

    def _put(self, item: Item) -> None:
        if _size(item) > MOST_ITEM_BYTES:
            raise _invalid("Item size has exceeded the maximum allowed size")
        kind, identity = _identity(item)
        self.items.setdefault(kind, {})[identity] = item

    def _remove(self, key: Mapping[str, Mapping[str, Any]]) -> None:
        kind, identity = _identity(key)
        self.items.get(kind, {}).pop(identity, None)


def _identity(key: Mapping[str, Mapping[str, Any]]) -> Identity:
    return key["kind"]["S"], key["id"]["S"]


def _size(item: Item) -> int:
    return sum(
        len(name) + sum(len(str(content).encode()) for content in value.values())
        for name, value in item.items()
    )


def _invalid(message: str) -> Refused:
    return Refused("ValidationException", message)
