"""One account for the tests of a module, emptied after each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localcloud.aws.account import Clients
from tests.support.account_process import running_account
from tests.support.stacks import queues


@pytest.fixture(scope="module")
def shared() -> Iterator[Clients]:
    with running_account() as address:
        clients = Clients(address)
        yield clients
        clients.close()


@pytest.fixture
def account(shared: Clients) -> Iterator[Clients]:
    """An account that has one queue, `taken`, and nothing else when the test has ended."""
    shared["sqs"].create_queue(QueueName="taken")
    yield shared
    shared["cloudformation"].delete_stack(StackName="s")
    for name in queues(shared):
        shared["sqs"].delete_queue(QueueUrl=shared["sqs"].get_queue_url(QueueName=name)["QueueUrl"])
