"""The first deploy of a stage by the real framework, also after one that failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from localcloud.aws.account import Clients
from localcloud.machine.processes import Nursery
from localcloud.stack.deployment import PROJECT, DeploymentFailed, deploy
from tests.support.account_process import running_account

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def account() -> Iterator[str]:
    with running_account() as address:
        yield address


def test_a_first_deploy_that_fails_late_can_be_repeated(account: str, tmp_path: Path) -> None:
    again = partial(
        deploy, PROJECT, stage="local", endpoint=account, log=tmp_path / "deploy.log", params={}
    )
    with closing(Clients(account)) as clients, closing(Nursery()) as nursery:
        taken = clients["sns"].create_topic(Name="kennel-local-notifications")["TopicArn"]
        with pytest.raises(DeploymentFailed, match="'kennel-local-notifications' already exists"):
            again(nursery=nursery)
        assert clients["dynamodb"].list_tables()["TableNames"] == []
        clients["sns"].delete_topic(TopicArn=taken)

        again(nursery=nursery)

        (stack,) = clients["cloudformation"].describe_stacks(StackName="kennel-local")["Stacks"]
        assert stack["StackStatus"] == "UPDATE_COMPLETE"
        assert {output["OutputKey"] for output in stack["Outputs"]} >= {"BucketName", "TableName"}
