"""The images that have been taken in, and the batches in flight, in DynamoDB."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.aws.side_by_side import Pool, SideBySide
from pipeline.aws.table_items import field, item, key
from pipeline.errors import LedgerConflict
from pipeline.images import Flight, Flights, KnownImage, Sweep, WaitingImage
from pipeline.names import BatchId
from pipeline.references import chunks

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        KeysAndAttributesTypeDef,
        WriteRequestTypeDef,
        WriteRequestUnionTypeDef,
    )

    from pipeline.aws.table_items import Item

IMAGE = "image"
FLIGHTS = "flights"
SWEEP = "sweep"
# DynamoDB's bounds on the keys of one BatchGetItem and the items of one BatchWriteItem.
KEYS_PER_GET = 100
ITEMS_PER_WRITE = 25
# Under load DynamoDB answers in part and names the rest: seconds before it is asked for them, 13 in
# all.
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)


class TableOverloaded(Exception):
    """DynamoDB takes no more for now: the messages come again by themselves."""


class DynamoImages:
    def __init__(self, client: DynamoDBClient, table: str, pool: Pool = ThreadPoolExecutor) -> None:
        self._client = client
        self._table = table
        self._each = SideBySide(pool)

    def find_many(self, keys: Sequence[str]) -> Mapping[str, KnownImage]:
        found = self._each(self._get, chunks(keys, KEYS_PER_GET))
        return {name: image for some in found for name, image in some.items()}

    def remember(
        self, images: Sequence[WaitingImage], *, waiting_list: str, until: datetime
    ) -> None:
        expires: Item = {"expires": {"N": str(int(until.timestamp()))}}
        puts: list[WriteRequestTypeDef] = []
        for image in images:
            texts = {"edition": image.edition, "sequencer": image.order, "list": waiting_list}
            put = {**item(IMAGE, image.key, **texts), **expires}
            puts.append({"PutRequest": {"Item": put}})
        self._each(self._write, chunks(puts, ITEMS_PER_WRITE))

    def flights(self) -> Flights:
        found = self._read(FLIGHTS)
        if found is None:
            return Flights()
        record = json.loads(field(found, "body"))
        flights = tuple(
            Flight(batch=BatchId(one["batch"]), instances=one["instances"])
            for one in record["flights"]
        )
        times = {name: _time(record[name]) for name in ("began", "answered")}
        return Flights(**record | times | {"flights": flights})

    def save_flights(self, flights: Flights, *, replacing: Flights) -> Flights:
        saved = replace(flights, revision=replacing.revision + 1)
        body = json.dumps(asdict(saved), default=datetime.isoformat)
        revision: Item = {"revision": {"N": str(saved.revision)}}
        try:
            self._client.put_item(
                TableName=self._table,
                Item={**item(FLIGHTS, FLIGHTS, body=body), **revision},
                ConditionExpression="attribute_not_exists(id) OR revision = :revision",
                ExpressionAttributeValues={":revision": {"N": str(replacing.revision)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise LedgerConflict("a batch has begun or ended meanwhile") from error
        return saved

    def sweep(self) -> Sweep:
        found = self._read(SWEEP)
        return Sweep(**json.loads(field(found, "body"))) if found else Sweep()

    def save_sweep(self, sweep: Sweep) -> None:
        body = json.dumps(asdict(sweep), ensure_ascii=False)
        self._client.put_item(TableName=self._table, Item=item(SWEEP, SWEEP, body=body))

    def _read(self, kind: str) -> Item | None:
        answer = self._client.get_item(
            TableName=self._table, Key=key(kind, kind), ConsistentRead=True
        )
        return answer.get("Item")

    def _get(self, names: Sequence[str]) -> Mapping[str, KnownImage]:
        found: dict[str, KnownImage] = {}
        asked = [key(IMAGE, name) for name in names]
        for pause in PAUSES:
            keys: KeysAndAttributesTypeDef = {"Keys": asked}
            answer = self._client.batch_get_item(RequestItems={self._table: keys})
            rows = answer["Responses"].get(self._table, [])
            found |= {field(row, "id"): _known(row) for row in rows}
            unread = answer.get("UnprocessedKeys", {}).get(self._table)
            if not unread:
                return found
            asked = list(unread["Keys"])
            time.sleep(pause)
        raise TableOverloaded(f"{len(asked)} keys were not read")

    def _write(self, puts: Sequence[WriteRequestTypeDef]) -> None:
        left: Sequence[WriteRequestUnionTypeDef] = puts
        for pause in PAUSES:
            answer = self._client.batch_write_item(RequestItems={self._table: left})
            left = answer.get("UnprocessedItems", {}).get(self._table, [])
            if not left:
                return
            time.sleep(pause)
        raise TableOverloaded(f"{len(left)} items were not written")


def _known(row: Mapping[str, AttributeValueTypeDef]) -> KnownImage:
    return KnownImage(
        edition=field(row, "edition"),
        order=field(row, "sequencer"),
        waiting_list=field(row, "list"),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
