"""What `reconcile` has looked at, in DynamoDB: one item a subject."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.aws.table_items import field, item, key, pages
from pipeline.rounds import Look, Trouble

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LOOK = "look"


class DynamoRounds:
    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def looks(self) -> Mapping[str, Look]:
        found = pages(self._client, self._table, LOOK)
        return {field(one, "id"): _look(field(one, "body")) for one in found}

    def save(self, subject: str, look: Look) -> None:
        body = json.dumps(asdict(look), default=datetime.isoformat, ensure_ascii=False)
        self._client.put_item(TableName=self._table, Item=item(LOOK, subject, body=body))

    def forget(self, subject: str) -> None:
        self._client.delete_item(TableName=self._table, Key=key(LOOK, subject))


def _look(body: str) -> Look:
    record = json.loads(body)
    trouble = record["trouble"]
    return Look(
        began=_time(record["began"]),
        ended=record["ended"],
        trouble=Trouble(trouble["reason"], _time(trouble["since"])) if trouble else None,
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
