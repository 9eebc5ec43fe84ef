"""SageMaker's control plane in memory: names are taken once, jobs work until somebody ends them.

Records, refusals and events are the local engine's own, in AWS's words and shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from localcloud.sagemaker.region import kinds
from localcloud.sagemaker.region.defaults import filled
from localcloud.sagemaker.region.errors import ApiError
from localcloud.sagemaker.region.kinds import Kind
from localcloud.sagemaker.region.records import Record, Records, tag_map
from tests.chaos.aws.wire import Answer, Params, Refused

ACCOUNT = "arn:aws:sagemaker:us-east-1:123456789012"
KINDS = {kind.stem: kind for kind in (*kinds.JOBS, kinds.MODEL)}
PHASES = {kind: kind.stem.removesuffix("Job") for kind in kinds.JOBS}
WORKING = "InProgress"

Admit = Callable[[Kind, Params], None]
Changed = Callable[[Record], None]


class MemorySageMaker:
    """`admit` refuses what the schedule will have refused; `began` and `stopping` hear of jobs."""

    def __init__(
        self, now: Callable[[], datetime], *, admit: Admit, began: Changed, stopping: Changed
    ) -> None:
        self.records = Records()
        self.trials: dict[str, list[dict[str, Any]]] = {}
        self._now = now
        self._admit = admit
        self._began = began
        self._stopping = stopping

    def jobs(self) -> Iterator[Record]:
        for kind in kinds.JOBS:
            yield from self.records.of(kind)

    def end(self, record: Record, status: str, **found: Any) -> None:
        ended = {f"{PHASES[record.kind]}EndTime": self._now().timestamp()}
        if record.kind is kinds.TRAINING:
            found.setdefault("SecondaryStatus", status)
        record.update(**{record.kind.status_member: status}, **ended, **found)
        record.update(LastModifiedTime=self._now().timestamp())

    # The operations; Create, Describe and Stop are one for all kinds.

    def call(self, operation: str, given: Params) -> Answer:
        for verb in ("Create", "Describe", "Stop", "Delete"):
            if operation.startswith(verb) and operation.removeprefix(verb) in KINDS:
                kind = KINDS[operation.removeprefix(verb)]
                try:
                    return getattr(self, f"_{verb.lower()}")(kind, given)  # type: ignore[no-any-return]
                except ApiError as error:
                    raise Refused(error.code, str(error)) from error
        if operation == "ListTrainingJobsForHyperParameterTuningJob":
            return self._trials(given)
        raise NotImplementedError(operation)

    def _create(self, kind: Kind, given: Params) -> Answer:
        name = given[kind.name_member]
        arn = f"{ACCOUNT}:{kind.arn_part}/{name}"
        request = dict(given)
        tags = tag_map(request.pop("Tags", None))
        began: dict[str, Any] = {}
        if kind in PHASES:
            began = {
                kind.status_member: WORKING,
                f"{PHASES[kind]}StartTime": self._now().timestamp(),
            }
        if kind is kinds.TRAINING:
            began["SecondaryStatus"] = "Training"
        if kind is kinds.TUNING:
            began |= {"TrainingJobStatusCounters": {}, "ObjectiveStatusCounters": {}}
        record = Record(kind, name, arn, {**filled(kind, request), **began})
        record.tags.update(tags)
        record.update(CreationTime=self._now().timestamp())

        def admit() -> None:
            if kind is kinds.TRANSFORM:
                model = given["ModelName"]
                self.records.get(kinds.MODEL, model, f"{ACCOUNT}:model/{model}")
            self._admit(kind, given)

        self.records.add(record, admit)
        if kind in PHASES:
            self._began(record)
        return {kind.arn_member: arn}

    def _describe(self, kind: Kind, given: Params) -> Answer:
        record = self._get(kind, given)
        if kind is kinds.MODEL:
            return {"ModelName": record.name, "ModelArn": record.arn}
        return {name: _timed(name, value) for name, value in record.fields().items()}

    def _stop(self, kind: Kind, given: Params) -> Answer:
        record = self._get(kind, given)
        if record.status == WORKING:
            record.update(**{kind.status_member: "Stopping"})
            self._stopping(record)
        elif record.status != "Stopping":
            message = f"The request was rejected because the job is in status {record.status}."
            raise Refused("ValidationException", message)
        return {}

    def _delete(self, kind: Kind, given: Params) -> Answer:
        self.records.remove(self._get(kind, given))
        return {}

    def _trials(self, given: Params) -> Answer:
        wanted = given.get("StatusEquals")
        found = self.trials.get(given["HyperParameterTuningJobName"], [])
        summaries = [one for one in found if wanted in {None, one["TrainingJobStatus"]}]
        return {"TrainingJobSummaries": summaries[: given.get("MaxResults", 100)]}

    def _get(self, kind: Kind, given: Params) -> Record:
        name = given[kind.name_member]
        return self.records.get(kind, name, f"{ACCOUNT}:{kind.arn_part}/{name}")


def _timed(name: str, value: Any) -> Any:
    is_time = name.endswith("Time") and isinstance(value, float)
    return datetime.fromtimestamp(value, UTC) if is_time else value
