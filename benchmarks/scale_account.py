"""The account of a run of many images: it keeps what is read again, and no more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from pipeline.names import BATCHES, PREDICTIONS, WAITING
from tests.chaos.aws.dynamodb import Item, MemoryDynamo
from tests.chaos.aws.object_store import Version
from tests.chaos.aws.s3 import MemoryS3
from tests.support.function_environment import NEEDED

IMAGE = "image"  # the kind of the ledger's many items
# The kernel's own count begins anew with a program; getrusage's goes on from who started it.
IMPORTED = """
import handlers.{name}
from pipeline.bootstrap import services
services()
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")][0])
"""


class ForgetfulS3(MemoryS3):
    """Documents and rows are counted as they are written; what is deleted is gone."""

    documents = 0
    rows = 0

    def put(self, key: str, body: bytes, reason: str = "ObjectCreated:Put") -> Version:
        if not key.startswith(PREDICTIONS):
            return super().put(key, body, reason)
        if key.startswith(f"{PREDICTIONS}_batches/"):
            self.rows += body.count(b"\n")
        elif not key.startswith(f"{PREDICTIONS}_"):
            self.documents += 1
        version = Version(key, "v", body, "0" * 32, self._now(), "0")
        self._heard(reason, version)
        return version

    def delete(self, key: str) -> None:
        for version in list(self.versions.get(key, ())):
            self.remove(key, version.id)

    def forget_batch(self, batch: str) -> None:
        for key in list(self.below(f"{BATCHES}{batch}/")):
            self.delete(key)

    def waits(self) -> bool:
        return any(self.below(WAITING))


class _Compact(dict[str, Item]):
    """Items as the text of their JSON: as objects of Python they take ten times as much."""

    def __setitem__(self, identity: str, item: Item) -> None:
        super().__setitem__(identity, json.dumps(item))  # type: ignore[assignment]

    def get(self, identity: str, default: Any = None) -> Any:
        text: Any = super().get(identity)
        return default if text is None else json.loads(text)


class CompactDynamo(MemoryDynamo):
    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.items[IMAGE] = _Compact()


class SilentTelemetry:
    def log(self, message: str, **details: object) -> None:
        pass

    def count(self, metric: str, number: int = 1) -> None:
        pass


def imported_megabytes(function: str) -> float:
    """What a function takes before its first event, on this machine."""
    program = IMPORTED.format(name=function)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **NEEDED},
        capture_output=True,
        check=True,
        text=True,
    )
    return float(done.stdout) / 1024


def sqs_record(body: str, number: int) -> Mapping[str, Any]:
    """A message as Lambda hands it on."""
    return {
        "messageId": f"{number:08x}-0000-4000-8000-000000000000",
        "receiptHandle": "A" * 340,
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1763629200000",
            "SenderId": "AIDAEXAMPLE:S3-PROD-END",
            "ApproximateFirstReceiveTimestamp": "1763629200001",
        },
        "messageAttributes": {},
        "md5OfBody": "7b270e59b47ff90a553787216d55d91d",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:kennel-test-images",
        "awsRegion": "us-east-1",
    }
