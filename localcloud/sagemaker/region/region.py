"""One account in one region: what all parts of the engine share."""

from __future__ import annotations

import copy
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from localcloud.sagemaker.keys import Keys
from localcloud.sagemaker.region.clients import connect
from localcloud.sagemaker.region.events import Events
from localcloud.sagemaker.region.faults import Chance
from localcloud.sagemaker.region.job_metrics import JobMetrics
from localcloud.sagemaker.region.kinds import Kind, missing
from localcloud.sagemaker.region.logs import LogStream
from localcloud.sagemaker.region.objects import Objects
from localcloud.sagemaker.region.quota import Quotas, Throttle
from localcloud.sagemaker.region.records import (
    Record,
    Records,
    refuse_reserved_tags,
    tag_map,
)
from localcloud.sagemaker.region.settings import Settings
from localcloud.sagemaker.region.shapes import Json


class Region:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.closing = threading.Event()
        self.records = Records()
        self.quotas = Quotas(self.records, dict(settings.quotas))
        self.chance = Chance(settings.faults)
        self.throttle = Throttle(settings.throttles)
        self._acting: dict[Keys, Region] = {}
        self._lock = threading.Lock()
        self._clients = connect(settings)
        self.objects = Objects(self._clients.s3)
        self.events = Events(self._clients.events, settings, self.chance)

    def acting_as(self, role: str, source: str) -> Region:
        """The same region, whose objects, logs, metrics and job variables are the role's.

        Raises ApiError when SageMaker may not assume the role for the resource `source`.
        """
        keys = self.settings.authority.keys_of(role, source)
        with self._lock:
            if keys not in self._acting:
                acting = copy.copy(self)
                acting.settings = replace(self.settings, keys=keys)
                acting._clients = connect(acting.settings)
                acting.objects = Objects(acting._clients.s3)
                self._acting[keys] = acting
            return self._acting[keys]

    def arn(self, kind: Kind, name: str) -> str:
        return self.settings.arn(kind.arn_part, name)

    def record(self, kind: Kind, name: str) -> Record:
        return self.records.get(kind, name, self.arn(kind, name))

    def named(self, kind: Kind, name_or_arn: str) -> Record:
        """The resource that a request names, in either way."""
        if not name_or_arn.startswith("arn:"):
            return self.record(kind, name_or_arn)
        name = name_or_arn.partition(f":{kind.arn_part}/")[2]
        record = self.records.get(kind, name, name_or_arn)
        if record.arn != name_or_arn:  # of another account or region
            raise missing(kind, name, name_or_arn)
        return record

    def new_record(self, kind: Kind, request: Json, **state: Any) -> Record:
        """A record of what a Create request asks for; nobody else knows it yet."""
        tags = request.get("Tags", ())
        refuse_reserved_tags(tags)
        name = request[kind.name_member]
        fields = {**state, **{member: v for member, v in request.items() if member != "Tags"}}
        record = Record(kind, name, self.arn(kind, name), fields)
        record.tags.update(tag_map(tags))
        record.update()
        return record

    def log(self, group: str, stream: str) -> LogStream:
        return LogStream(self._clients.logs, f"/aws/sagemaker/{group}", stream)

    def job_metrics(self, job: str) -> JobMetrics:
        return JobMetrics(self._clients.cloudwatch, job)

    def notify(self, topic: str, message: str) -> None:
        self._clients.sns.publish(TopicArn=topic, Message=message)

    def folder(self, kind: Kind, name: str) -> Path:
        return self.settings.folder / "jobs" / f"{kind.arn_part}-{name}"
