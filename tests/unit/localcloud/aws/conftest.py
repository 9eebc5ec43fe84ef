"""An account without a service, its administrator, and a role with the policy that a test wants."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from localcloud.aws.account import NUMBER, Clients
from tests.support.account_process import running_account
from tests.support.account_roles import Allowed, assumed

_HARMLESS = ("sts:GetSessionToken", "*")  # as a policy has a statement at least


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_account() as url:
        yield url


@pytest.fixture(scope="module")
def administrator(address: str) -> Iterator[Clients]:
    clients = Clients(address)
    trust = {"Effect": "Allow", "Principal": {"AWS": NUMBER}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    clients["iam"].create_role(RoleName="worker", AssumeRolePolicyDocument=document)
    clients["s3"].create_bucket(Bucket="bucket")
    clients["s3"].put_object(Bucket="bucket", Key="here", Body=b"x")
    clients["sqs"].create_queue(QueueName="letters")
    yield clients
    clients.close()


@pytest.fixture
def worker(administrator: Clients, address: str) -> Iterator[Allowed]:
    """Clients of the role, with one policy of the given statements."""
    opened: list[Clients] = []

    def allowed(*statements: tuple[str, str]) -> Clients:
        parts = [
            {"Effect": "Allow", "Action": a, "Resource": r} for a, r in (_HARMLESS, *statements)
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": parts})
        administrator["iam"].put_role_policy(
            RoleName="worker", PolicyName="only", PolicyDocument=document
        )
        opened.append(Clients(address, assumed(administrator)))
        return opened[-1]

    yield allowed
    for clients in opened:
        clients.close()
