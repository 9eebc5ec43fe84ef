"""Tables that a stack makes."""

from __future__ import annotations

import pytest

from localcloud.aws.account import Clients
from tests.support.stacks import create

TABLE = {
    "TableName": "made",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}
TIME_TO_LIVE = {"TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True}}


@pytest.mark.parametrize(
    ("properties", "status"), [(TABLE, "DISABLED"), ({**TABLE, **TIME_TO_LIVE}, "ENABLED")]
)
def test_a_table_has_the_time_to_live_of_its_template(
    account: Clients, properties: dict[str, object], status: str
) -> None:
    create(account, {"Made": {"Type": "AWS::DynamoDB::Table", "Properties": properties}})

    answer = account["dynamodb"].describe_time_to_live(TableName="made")

    assert answer["TimeToLiveDescription"]["TimeToLiveStatus"] == status
