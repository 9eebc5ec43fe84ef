"""Ways into moto's state that its HTTP API does not have: what AWS's services do by themselves."""

from __future__ import annotations

from collections.abc import Mapping

from moto.events.models import Rule, events_backends
from moto.sqs.models import sqs_backends

from localcloud.aws.account import NUMBER, REGION


def send_message(arn: str, body: str, attributes: Mapping[str, str]) -> None:
    """A message from one of AWS's services to a queue."""
    typed = {
        name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
    }
    queue = arn.rpartition(":")[2]
    sqs_backends[NUMBER][REGION].send_message(queue, body, message_attributes=typed)


def default_bus() -> list[Rule]:
    """The rules of the bus to which AWS's services send their events."""
    return list(events_backends[NUMBER][REGION].event_buses["default"].rules.values())
