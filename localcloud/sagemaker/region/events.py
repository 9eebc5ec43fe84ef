"""State-change events: put on the event bus by one thread, when they are due."""

from __future__ import annotations

import heapq
import itertools
import json
import logging
import threading
import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.sagemaker.region.event_details import DETAILS
from localcloud.sagemaker.region.faults import Chance
from localcloud.sagemaker.region.kinds import TUNING
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

    Due = tuple[float, int, PutEventsRequestEntryTypeDef]

logger = logging.getLogger(__name__)


class Events:
    """A queue of events by the time at which they are due, and the thread that sends them."""

    def __init__(self, client: EventBridgeClient, settings: Settings, chance: Chance) -> None:
        self._client = client
        self._settings = settings
        self._chance = chance
        self._numbers = itertools.count()
        self._due: list[Due] = []
        self._changed = threading.Condition()
        self._open = True
        # Requests never wait for the bus: its targets may themselves call the engine.
        self._sender = threading.Thread(target=self._send_all, name="events", daemon=True)

    def start(self) -> None:
        self._sender.start()

    def stop(self) -> None:
        """Events that are not sent yet are lost, as they may be on AWS."""
        with self._changed:
            self._open = False
            self._changed.notify()
        self._sender.join()

    def announce(self, record: Record) -> None:
        """Queues the record's state as it is now."""
        # Made here and not when sent: by then the record may have moved on.
        entry = self._entry(record)
        with self._changed:
            for delay in self._delays(record):
                due = time.monotonic() + delay
                heapq.heappush(self._due, (due, next(self._numbers), entry))
            self._changed.notify()

    def _delays(self, record: Record) -> list[float]:
        """One for each copy that is sent."""
        subject = (record.kind.stem, record.name)
        if self._chance.strikes("events_lost", *subject):
            return []
        copies = 2 if self._chance.strikes("events_twice", *subject) else 1
        most = self._chance.faults.events_late
        return [self._chance.seconds(most, *subject) for _copy in range(copies)]

    def _entry(self, record: Record) -> PutEventsRequestEntryTypeDef:
        arn = record.arn
        if record.kind is TUNING:  # the event spells the ARN differently than the API
            arn = self._settings.arn("tuningJob", record.name)
        detail = DETAILS[record.kind](record)
        if record.kind is TUNING:
            detail[TUNING.arn_member] = arn
        return {
            "Source": "aws.sagemaker",
            "DetailType": record.kind.event,
            "Detail": json.dumps(detail),
            "Resources": [arn],
        }

    def _send_all(self) -> None:
        while (entry := self._next()) is not None:
            try:
                self._client.put_events(Entries=[entry])
            except (BotoCoreError, ClientError) as error:
                # Best effort, as on AWS; what must not be missed is reconciled by its owner.
                logger.warning("an event was not delivered: %s", error)

    def _next(self) -> PutEventsRequestEntryTypeDef | None:
        """The next event, when it is due; None when the engine stops."""
        with self._changed:
            while self._open:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait)
        return None
