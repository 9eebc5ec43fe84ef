"""The deployed fixture service as its tests meet it: clients, queues, things that appear."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.aws.account import Clients
from tests.support.waiting import eventually


@dataclass(frozen=True)
class Deployed:
    environment: Mapping[str, str]
    clients: Clients
    local_env: Path

    @property
    def bucket(self) -> str:
        return self.environment["KENNEL_BUCKET"]

    def function(self, name: str) -> str:
        return f"fixture-local-{name}"

    def invoke_later(self, name: str, event: Mapping[str, Any]) -> None:
        self.clients["lambda"].invoke(
            FunctionName=self.function(name),
            InvocationType="Event",
            Payload=json.dumps(event),
        )

    def queue(self, name: str) -> str:
        return str(self.clients["sqs"].get_queue_url(QueueName=f"fixture-{name}")["QueueUrl"])

    def send(self, queue: str, *bodies: str) -> None:
        for body in bodies:
            self.clients["sqs"].send_message(QueueUrl=self.queue(queue), MessageBody=body)

    def taken(self, queue: str) -> list[dict[str, Any]]:
        """The messages that are there now; they are gone afterwards."""
        url = self.queue(queue)
        answer = self.clients["sqs"].receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        messages = list(answer.get("Messages", []))
        for message in messages:
            self.clients["sqs"].delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return messages

    def found(self, queue: str, wanted: Callable[[Any], object]) -> Any:
        """The next body in the queue that is wanted; others, of other tests, are passed over."""

        def look() -> list[Any]:
            bodies = [json.loads(message["Body"]) for message in self.taken(queue)]
            return [body for body in bodies if wanted(body)]

        return eventually(look)[0]
