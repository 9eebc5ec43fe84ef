"""What is paid for, counted while the pipeline works, and what it costs by AWS's list prices.

`prices.json` holds these with their date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PRICES = Path(__file__).with_name("prices.json")
MILLION = 1_000_000
# A call to S3 is paid as one that writes or lists, as one that reads, or not at all.
WRITING = {"PutObject", "CopyObject", "ListObjectsV2", "ListObjectVersions", "PutObjectTagging"}
FREE = {"DeleteObject", "DeleteObjects"}
MESSAGES_AT_ONCE = 10  # received, and deleted, by one request of Lambda's


def prices() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(PRICES.read_text(encoding="utf-8"))
    return found


@dataclass
class Bill:
    """Calls by service and operation, such as "s3 PutObject", and what is paid by other units."""

    calls: dict[str, int] = field(default_factory=dict)
    write_units: float = 0.0
    read_units: float = 0.0
    messages: int = 0
    object_events: int = 0
    invocations: int = 0
    gb_seconds: float = 0.0
    instance_hours: float = 0.0

    def count(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        self.call(f"{service} {operation}")
        if service == "dynamodb":
            self.write_units += _written(operation, params)
            self.read_units += _read(operation, params)

    def call(self, name: str, times: int = 1) -> None:
        self.calls[name] = self.calls.get(name, 0) + times

    def dollars(self, instance: str) -> Mapping[str, float]:
        """By service."""
        price = prices()
        s3 = {name.removeprefix("s3 "): n for name, n in self.calls.items() if "s3 " in name}
        writing = sum(n for operation, n in s3.items() if operation in WRITING)
        reading = sum(n for operation, n in s3.items() if operation not in WRITING | FREE)
        requests = self.messages * (1 + 2 / MESSAGES_AT_ONCE)  # sent one by one
        millions = {
            "S3": writing * price["s3_put_copy_list_per_million"]
            + reading * price["s3_get_head_per_million"],
            "SQS": requests * price["sqs_requests_per_million"],
            "DynamoDB": self.write_units * price["dynamodb_write_units_per_million"]
            + self.read_units * price["dynamodb_read_units_per_million"],
            "EventBridge": self.object_events * price["eventbridge_s3_events_per_million"],
        }
        machines = {
            "Lambda": self.invocations * price["lambda_requests_per_million"] / MILLION
            + self.gb_seconds * price["lambda_gb_second"],
            "SageMaker": self.instance_hours * price["instances_per_hour"][instance],
        }
        return {**{service: cost / MILLION for service, cost in millions.items()}, **machines}


def _written(operation: str, params: Mapping[str, Any]) -> float:
    """A unit for each begun kilobyte of an item, two in a transaction."""
    if operation == "BatchWriteItem":
        asked = [one for some in params["RequestItems"].values() for one in some]
        return sum(_kilobytes(one["PutRequest"]["Item"]) for one in asked if "PutRequest" in one)
    if operation == "TransactWriteItems":
        return 2.0 * len(params["TransactItems"])
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        return _kilobytes(params.get("Item", {}))
    return 0.0


def _read(operation: str, params: Mapping[str, Any]) -> float:
    """Kennel's items are smaller than the 4 kB of a unit; half of one where stale is enough."""
    if operation == "BatchGetItem":
        return sum(
            len(asked["Keys"]) * (1.0 if asked.get("ConsistentRead") else 0.5)
            for asked in params["RequestItems"].values()
        )
    return 1.0 if operation in {"GetItem", "Query"} else 0.0


def _kilobytes(item: Mapping[str, Mapping[str, Any]]) -> float:
    length = sum(
        len(name) + len(str(next(iter(value.values()))).encode()) for name, value in item.items()
    )
    return float(max(1, -(-length // 1024)))
