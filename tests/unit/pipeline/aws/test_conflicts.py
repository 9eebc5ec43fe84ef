"""A change of the ledger at the same time as another: DynamoDB's own words for it."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from pipeline.aws.dynamo_runs import DynamoRuns
from pipeline.errors import LedgerConflict
from pipeline.images import Champion
from pipeline.run import Run
from tests.fakes.surroundings import NOON
from tests.support.samples import run_in


def promoted(runs: DynamoRuns, run: Run) -> Run:
    serving = run.advance_to("serving", at=NOON)
    assert serving
    champion = Champion(run=run.id, version=1, model_name="model", digest="d" * 64)
    return runs.promote(serving, replacing=run, champion=champion, at=NOON)


def test_a_promotion_at_the_same_time_as_another_change_is_a_conflict(
    session: boto3.Session,
) -> None:
    client = session.client("dynamodb")
    with Stubber(client) as stubber:
        stubber.add_response("get_item", {})
        stubber.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": "TransactionConflict"}]},
        )

        with pytest.raises(LedgerConflict):
            promoted(DynamoRuns(client, "table"), run_in("evaluating"))


def test_a_change_at_the_same_time_as_a_promotion_is_a_conflict(session: boto3.Session) -> None:
    client = session.client("dynamodb")
    run = run_in("serving")
    with Stubber(client) as stubber:
        stubber.add_client_error("put_item", "TransactionConflictException")

        with pytest.raises(LedgerConflict):
            DynamoRuns(client, "table").save(run, replacing=run)


def test_a_promotion_refused_for_load_is_no_conflict(session: boto3.Session) -> None:
    client = session.client("dynamodb")
    run = run_in("evaluating")
    with Stubber(client) as stubber:
        stubber.add_response("get_item", {})
        stubber.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            "Transaction cancelled",
            modeled_fields={"CancellationReasons": [{"Code": "ThrottlingError"}]},
        )

        with pytest.raises(ClientError, match="Transaction cancelled"):
            promoted(DynamoRuns(client, "table"), run)
