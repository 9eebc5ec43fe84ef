"""What S3 and DynamoDB refuse on a bad day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localcloud.aws.account import Clients
from tests.support.account_process import running_account
from tests.support.account_roles import refused

PLACE = {"Bucket": "bucket", "Key": "one"}


@pytest.fixture(scope="module")
def unlucky() -> Iterator[Clients]:
    """An account of which everything goes wrong that can."""
    with running_account({"s3-conflicts": 1, "items-unprocessed": 1}) as address:
        clients = Clients(address)
        clients["s3"].create_bucket(Bucket="bucket")
        yield clients
        clients.close()


def test_a_conditional_write_meets_another(unlucky: Clients) -> None:
    status, code, _ = refused(unlucky["s3"].put_object, **PLACE, IfNoneMatch="*")

    assert (status, code) == (409, "ConditionalRequestConflict")


def test_a_write_without_a_condition_meets_nobody(unlucky: Clients) -> None:
    answer = unlucky["s3"].put_object(**PLACE, Body=b"x")

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_of_a_batch_of_items_the_first_is_written_at_least(unlucky: Clients) -> None:
    unlucky["dynamodb"].create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    puts = [{"PutRequest": {"Item": {"pk": {"S": str(number)}}}} for number in range(3)]

    answer = unlucky["dynamodb"].batch_write_item(RequestItems={"t": puts})

    assert answer["UnprocessedItems"] == {"t": puts[1:]}
    assert unlucky["dynamodb"].scan(TableName="t")["Items"] == [{"pk": {"S": "0"}}]
