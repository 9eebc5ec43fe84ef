"""An account in which nothing happens by itself, for who asks its services alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localcloud.sagemaker.region.kinds import Kind
from localcloud.sagemaker.region.records import Record
from tests.chaos.account import Account
from tests.chaos.agenda import Agenda
from tests.chaos.aws.object_store import Version
from tests.chaos.aws.queues import Queue
from tests.chaos.aws.wire import Params, wire
from tests.support.samples import SETTINGS


class _Silence:
    def object_put(self, reason: str, version: Version) -> None: ...
    def message_sent(self, queue: Queue) -> None: ...
    def admit_job(self, kind: Kind, request: Params) -> None: ...
    def job_began(self, record: Record) -> None: ...
    def job_stopping(self, record: Record) -> None: ...


def silent_clients() -> Mapping[str, Any]:
    """boto3's, by service, of a new account; it has `SETTINGS.bucket` and `SETTINGS.table`."""
    account = Account(SETTINGS, Agenda(), _Silence())
    wire().connect(account.call)
    return wire().clients
