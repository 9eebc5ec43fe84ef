"""The ledger of runs in DynamoDB: one item a run, one for the model that serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.aws import run_items
from pipeline.aws.table_items import failed_condition, field, item, key, pages
from pipeline.errors import LedgerConflict
from pipeline.images import Champion
from pipeline.names import RunId
from pipeline.run import Run

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, PutTypeDef

    from pipeline.aws.table_items import Item

RUN = "run"
CHAMPION = "champion"
UNCHANGED = "revision = :revision"


class DynamoRuns:
    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def find(self, run: RunId) -> Run | None:
        found = self._read(RUN, run)
        return run_items.load(field(found, "body")) if found else None

    def all(self) -> Sequence[Run]:
        runs = [run_items.load(field(f, "body")) for f in pages(self._client, self._table, RUN)]
        return sorted(runs, key=lambda run: run.timeline[0].time, reverse=True)

    def add(self, run: Run) -> Run:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=_run_item(run),
                ConditionExpression="attribute_not_exists(id)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return self.find(run.id) or run
        return run

    def save(self, run: Run, *, replacing: Run) -> Run:
        saved = replace(run, revision=replacing.revision + 1)
        try:
            self._client.put_item(**self._put(saved, replacing))
        except (
            self._client.exceptions.ConditionalCheckFailedException,
            self._client.exceptions.TransactionConflictException,
        ) as error:
            raise LedgerConflict(f"run {run.id} has changed meanwhile") from error
        return saved

    def champion(self) -> Champion | None:
        found = self._read(CHAMPION, CHAMPION)
        if not found:
            return None
        return Champion(
            run=RunId(field(found, "run")),
            version=int(field(found, "version")),
            model_name=field(found, "model_name"),
            digest=field(found, "digest"),
        )

    def promote(self, run: Run, *, replacing: Run, champion: Champion, at: datetime) -> Run:
        saved = replace(run, revision=replacing.revision + 1)
        before = self.champion()
        if champion.version != (before.version if before else 0) + 1:
            raise LedgerConflict(f"another model than before version {champion.version} serves")
        puts = [self._put(saved, replacing), self._champion_put(champion, before)]
        former = self.find(before.run) if before else None
        if former and former.id != run.id:
            superseded = replace(former.superseded(at=at), revision=former.revision + 1)
            puts.append(self._put(superseded, former))
        self._write_all(puts, run)
        return saved

    def _write_all(self, puts: Sequence[PutTypeDef], run: Run) -> None:
        try:
            self._client.transact_write_items(TransactItems=[{"Put": put} for put in puts])
        except self._client.exceptions.TransactionCanceledException as error:
            if failed_condition(error):
                raise LedgerConflict(f"run {run.id} or the model that serves changed") from error
            raise

    def _read(self, kind: str, identity: str) -> Item | None:
        answer = self._client.get_item(
            TableName=self._table, Key=key(kind, identity), ConsistentRead=True
        )
        return answer.get("Item")

    def _put(self, run: Run, replacing: Run) -> PutTypeDef:
        return {
            "TableName": self._table,
            "Item": _run_item(run),
            "ConditionExpression": UNCHANGED,
            "ExpressionAttributeValues": {":revision": {"N": str(replacing.revision)}},
        }

    def _champion_put(self, champion: Champion, before: Champion | None) -> PutTypeDef:
        fields = {name: str(value) for name, value in asdict(champion).items()}
        put: PutTypeDef = {"TableName": self._table, "Item": item(CHAMPION, CHAMPION, **fields)}
        if before is None:
            put["ConditionExpression"] = "attribute_not_exists(id)"
        else:
            put["ConditionExpression"] = "version = :before"
            put["ExpressionAttributeValues"] = {":before": {"S": str(before.version)}}
        return put


def _run_item(run: Run) -> dict[str, AttributeValueTypeDef]:
    made = item(RUN, run.id, body=run_items.dump(run), state=run.state)
    return {**made, "revision": {"N": str(run.revision)}}
