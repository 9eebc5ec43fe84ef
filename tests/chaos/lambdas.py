"""Lambda: events for functions, their retries and destinations, and the queues that it polls."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.bootstrap import instead
from tests.chaos.actors import Actor, Killed
from tests.chaos.aws.queues import Message, Queue
from tests.chaos.deployed import JOBS, Function, QueueTrigger, functions

if TYPE_CHECKING:
    from tests.chaos.world import World

RETRIES = (timedelta(minutes=1), timedelta(minutes=2))
BUSY = timedelta(seconds=20)
MOST_AT_ONCE = 2  # maximumConcurrency of every queue's trigger
ACCOUNT = "us-east-1:123456789012"

Event = Mapping[str, Any]
Start = Callable[[Actor, Callable[[], None]], None]


class Functions:
    """Invokes the real handlers; `start` lets an actor run, and is told whom to tell of its end."""

    def __init__(self, world: World, start: Start) -> None:
        self.failures: list[str] = []
        self._world = world
        self._start = start
        self._polling: dict[str, int] = {}
        self._number = 0

    def invoke_later(self, name: str, event: Event, *, attempt: int = 0) -> None:
        function = functions()[name]
        answer: list[Any] = []
        actor = self._actor(function, event, answer)

        def ended() -> None:
            error = self._error(actor, function)
            if error is None:
                return
            if attempt < len(RETRIES):
                again = partial(self.invoke_later, name, event, attempt=attempt + 1)
                self._world.agenda.after(RETRIES[attempt], again)
            else:
                body = _destination_record(name, event, error, self._world.agenda.now())
                self._world.trace(f"{name} has failed for good")
                self._world.account.messages.put(
                    self._world.account.messages.queues[f"{JOBS}-delivery-failures"], body
                )

        self._start(actor, ended)

    def hear(self, queue: Queue) -> None:
        """A queue got a message: whoever polls it does so after the window."""
        for function in functions().values():
            for trigger in function.queues:
                if self._world.account.messages.queues[trigger.queue] is queue:
                    self._world.agenda.after(trigger.window, partial(self._poll, function, trigger))

    def _poll(self, function: Function, trigger: QueueTrigger) -> None:
        queue = self._world.account.messages.queues[trigger.queue]
        again = partial(self._poll, function, trigger)
        if self._polling.get(trigger.queue, 0) >= MOST_AT_ONCE:
            self._world.agenda.after(BUSY, again)
            return
        taken = queue.receive(trigger.batch, self._world.agenda.now())
        if not taken:
            return
        self._polling[trigger.queue] = self._polling.get(trigger.queue, 0) + 1
        answer: list[Any] = []
        actor = self._actor(function, _sqs_event(taken, queue), answer)

        def ended() -> None:
            self._polling[trigger.queue] -= 1
            failed = {message.id for message in taken}
            if self._error(actor, function) is None:
                failures = (answer[0] or {}).get("batchItemFailures", [])
                failed = {one["itemIdentifier"] for one in failures}
            queue.delete({message.id for message in taken} - failed)
            if failed:
                self._world.agenda.after(queue.visibility + timedelta(seconds=1), again)

        self._start(actor, ended)

    def _actor(self, function: Function, event: Event, answer: list[Any]) -> Actor:
        self._number += 1
        name = f"{function.name}#{self._number}"
        text = json.dumps(event)  # what one invocation does to its event, no other sees

        def work() -> None:
            with instead(self._world.services):
                answer.append(function.handler(json.loads(text), None))

        self._world.trace(f"{name} begins")
        return Actor(name, work, deadline=self._world.agenda.now() + function.timeout)

    def _error(self, actor: Actor, function: Function) -> dict[str, str] | None:
        error = actor.error
        if error is None:
            self._world.trace(f"{actor.name} has ended")
            return None
        if isinstance(error, Killed):
            seconds = function.timeout.total_seconds()
            message = f"Task timed out after {seconds:.2f} seconds"
            return {"errorType": "Sandbox.Timedout", "errorMessage": message}
        self._world.trace(f"{actor.name} has failed: {error!r}")
        self.failures.append(f"{function.name}: {error!r}")
        return {"errorType": type(error).__name__, "errorMessage": str(error)}


def _destination_record(name: str, event: Event, error: object, now: datetime) -> str:
    context = {
        "requestId": "e4b46cbf-b738-4880-8880-a18cdf61200e",
        "functionArn": f"arn:aws:lambda:{ACCOUNT}:function:{JOBS}-{name}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": len(RETRIES) + 1,
    }
    record = {
        "version": "1.0",
        "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "requestContext": context,
        "requestPayload": event,
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "responsePayload": error,
    }
    return json.dumps(record)


def _sqs_event(messages: list[Message], queue: Queue) -> Event:
    return {
        "Records": [
            {
                "messageId": message.id,
                "receiptHandle": message.id,
                "body": message.body,
                "attributes": {"ApproximateReceiveCount": str(message.received)},
                "messageAttributes": {
                    name: {"dataType": one["DataType"], "stringValue": one.get("StringValue")}
                    for name, one in message.attributes.items()
                },
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{ACCOUNT}:{queue.name}",
                "awsRegion": "us-east-1",
            }
            for message in messages
        ]
    }
