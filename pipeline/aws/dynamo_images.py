"""The images that wait, and the slots of the batches in flight, in DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.aws.table_items import field, item, key, pages
from pipeline.events import ImageDropped
from pipeline.images import WaitingImage
from pipeline.names import BatchId

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, KeysAndAttributesTypeDef

    from pipeline.aws.table_items import Item

IMAGE = "image"
SLOT = "slot"
# DynamoDB's bound on the keys of one BatchGetItem.
KEYS_PER_GET = 100
# Sequencers of one key compare as texts of one length, the shorter padded with zeros on the left.
SEQUENCER_WIDTH = 32


class DynamoImages:
    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def wait(self, image: WaitingImage) -> None:
        order = (image.image.sequencer or "").rjust(SEQUENCER_WIDTH, "0")
        body = json.dumps(asdict(image), ensure_ascii=False)
        texts = {"body": body, "edition": image.edition, "sequencer": order}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=item(IMAGE, image.key, **texts),
                # A late event of an older version must not take the newer one's place.
                ConditionExpression="attribute_not_exists(id) OR sequencer <= :sequencer",
                ExpressionAttributeValues={":sequencer": {"S": order}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def waiting(self, limit: int) -> Sequence[WaitingImage]:
        return [_image(found) for found in pages(self._client, self._table, IMAGE, limit=limit)]

    def count(self) -> int:
        return sum(1 for _ in pages(self._client, self._table, IMAGE))

    def find_many(self, keys: Sequence[str]) -> Mapping[str, WaitingImage]:
        found: dict[str, WaitingImage] = {}
        for start in range(0, len(keys), KEYS_PER_GET):
            asked = [key(IMAGE, name) for name in keys[start : start + KEYS_PER_GET]]
            found |= {image.key: image for image in self._get(asked)}
        return found

    def settle(self, image: WaitingImage) -> None:
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=key(IMAGE, image.key),
                ConditionExpression="edition = :edition",
                ExpressionAttributeValues={":edition": {"S": image.edition}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def in_flight(self) -> Mapping[str, BatchId]:
        slots = pages(self._client, self._table, SLOT)
        return {field(found, "id"): BatchId(field(found, "holder")) for found in slots}

    def claim(self, slot: str, batch: BatchId) -> bool:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=item(SLOT, slot, holder=batch),
                ConditionExpression="attribute_not_exists(id)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def release(self, slot: str, batch: BatchId) -> None:
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=key(SLOT, slot),
                ConditionExpression="holder = :batch",
                ExpressionAttributeValues={":batch": {"S": batch}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def _get(self, asked: list[dict[str, AttributeValueTypeDef]]) -> Sequence[WaitingImage]:
        found: list[WaitingImage] = []
        while asked:
            keys: KeysAndAttributesTypeDef = {"Keys": asked, "ConsistentRead": True}
            answer = self._client.batch_get_item(RequestItems={self._table: keys})
            found += map(_image, answer["Responses"].get(self._table, []))
            # Under load DynamoDB answers in part and names the rest.
            unread = answer.get("UnprocessedKeys", {}).get(self._table)
            asked = list(unread["Keys"]) if unread else []
        return found


def _image(found: Item) -> WaitingImage:
    record = json.loads(field(found, "body"))
    return WaitingImage(image=ImageDropped(**record["image"]), attempts=record["attempts"])
