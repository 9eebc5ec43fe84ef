"""Messages of a dead-letter queue can be moved back: `aws sqs start-message-move-task`.

moto knows none of the three operations of a redrive. Here a task has ended when it is answered.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import unix_time_millis
from moto.sqs.exceptions import SQSException
from moto.sqs.models import Queue, SQSBackend, sqs_backends
from moto.sqs.responses import SQSResponse

from localcloud.aws.account import NUMBER, REGION
from localcloud.aws.patches.patch import Patch

_MOST_TASKS = 10  # that AWS lists of one queue
_TASKS = "message_move_tasks"  # on moto's queue, so that they go with it


def _start_message_move_task(response: SQSResponse) -> ActionResult:
    source = _queue(response._get_param("SourceArn"))
    sources = _backend().list_dead_letter_source_queues(source.name)
    if not sources:
        raise SQSException(
            "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."
        )
    destination = response._get_param("DestinationArn")
    target = _queue(destination) if destination else _only(sources)
    handle = _handle(source, len(_tasks(source)))
    task = {"Status": "COMPLETED", "SourceArn": source.queue_arn}
    task |= {"DestinationArn": destination} if destination else {}
    number = _move(source, target)
    counts = {"ApproximateNumberOfMessagesMoved": number, "ApproximateNumberOfMessagesToMove": 0}
    _tasks(source).insert(0, task | counts | {"StartedTimestamp": int(unix_time_millis())})
    return ActionResult({"TaskHandle": handle})


def _list_message_move_tasks(response: SQSResponse) -> ActionResult:
    source = _queue(response._get_param("SourceArn"))
    wanted = int(response._get_param("MaxResults") or 1)
    return ActionResult({"Results": _tasks(source)[: min(wanted, _MOST_TASKS)]})


def _cancel_message_move_task(_response: SQSResponse) -> ActionResult:
    raise SQSException("ResourceNotFoundException", "The task does not exist or has ended.")


def _only(sources: list[Queue]) -> Queue:
    """AWS knows each message's own source; moto does not, so several sources are too many."""
    if len(sources) > 1:
        raise SQSException(
            "InvalidParameterValue",
            "The local cloud needs a DestinationArn for a dead-letter queue of several queues.",
        )
    return sources[0]


def _move(source: Queue, target: Queue) -> int:
    messages = [message for message in source._messages if message.visible]
    for message in messages:
        source._messages.remove(message)
        message.approximate_receive_count = 0
        target.add_message(message)
    return len(messages)


def _tasks(queue: Queue) -> list[dict[str, Any]]:
    """Newest first."""
    tasks: list[dict[str, Any]] = queue.__dict__.setdefault(_TASKS, [])
    return tasks


def _handle(queue: Queue, number: int) -> str:
    return base64.b64encode(
        json.dumps({"taskId": str(number), "sourceArn": queue.queue_arn}).encode()
    ).decode()


def _queue(arn: str) -> Queue:
    try:
        return _backend().get_queue(arn.rpartition(":")[2])
    except SQSException as error:
        message = "The resource that you specified for the SourceArn parameter doesn't exist."
        raise SQSException("ResourceNotFoundException", message) from error


def _backend() -> SQSBackend:
    return sqs_backends[NUMBER][REGION]


PATCHES = (
    Patch(SQSResponse, "start_message_move_task", _start_message_move_task, is_new=True),
    Patch(SQSResponse, "list_message_move_tasks", _list_message_move_tasks, is_new=True),
    Patch(SQSResponse, "cancel_message_move_task", _cancel_message_move_task, is_new=True),
)
