"""One run of many dropped images: the events of a day, and what they came to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from benchmarks.bill import Bill
from benchmarks.metered_functions import MeteredFunctions
from benchmarks.scale_account import CompactDynamo, ForgetfulS3, SilentTelemetry, sqs_record
from benchmarks.scale_results import Model, Result
from localcloud.sagemaker.region.kinds import Kind
from localcloud.sagemaker.region.records import Record
from pipeline.names import BATCHES, RunId
from pipeline.settings import Documents
from tests.chaos import events
from tests.chaos.account import Account, services_on
from tests.chaos.agenda import TICK, Agenda
from tests.chaos.aws.object_store import Version
from tests.chaos.aws.queues import Queue
from tests.chaos.aws.wire import Params, wire
from tests.chaos.outputs import Outputs
from tests.support.samples import CHAMPION, SETTINGS, run_in

# What Lambda hands to a function at once: 10,000 messages, or as many as its 6 MB hold.
MOST_MESSAGES, EVENT_BYTES = 10_000, 6 * 1024 * 1024
CALLS_AT_ONCE = 2  # of on_images_dropped, as serverless.yml allows
PARTITION_WRITES = 1000  # a second, of DynamoDB
PHOTO = b"a photo"
UPLOADING = timedelta(seconds=30)  # what a job does after its last image


class ScaleRun:
    """Who hears of what happens in the account, as EventBridge and SageMaker would."""

    def __init__(self, images: int, documents: Documents, model: Model) -> None:
        self._images = images
        self._model = model
        self._bill = Bill()
        self._agenda = Agenda()
        self._began = self._last = self._agenda.now()
        self._jobs = 0
        self._settings = replace(SETTINGS, documents=documents, max_instances=model.instances)
        self._s3 = ForgetfulS3(SETTINGS.bucket, self._agenda.now, self.object_put)
        self._account = Account(
            self._settings,
            self._agenda,
            self,
            s3=self._s3,
            dynamo=CompactDynamo(SETTINGS.table),
        )
        self._outputs = Outputs(self._s3, self._agenda.now)
        self._functions = MeteredFunctions(self._account, self._bill)
        wire().connect(self._account.call)
        self._services = services_on(
            wire().clients, self._settings, self._agenda, SilentTelemetry()
        )

    def play(self) -> Result:
        self._serve()
        wire().connect(self._functions.call)
        self._agenda.after(timedelta(0), partial(self._drop, 0))
        self._agenda.after(TICK, self._tick)
        while self._agenda.next_due():
            self._agenda.do_next()
        return self._result()

    # What comes in.

    def _serve(self) -> None:
        """A model serves already."""
        run = self._services.runs.add(run_in("evaluating", id=RunId(CHAMPION.run)))
        serving = replace(run, timeline=run_in("serving").timeline)
        champion = replace(CHAMPION, version=1)
        self._services.runs.promote(
            serving, replacing=run, champion=champion, at=self._agenda.now()
        )
        wire().clients["sagemaker"].create_model(
            ModelName=champion.model_name,
            PrimaryContainer={"Image": "image", "ModelDataUrl": "s3://bucket/model.tar.gz"},
            ExecutionRoleArn=SETTINGS.role_arn,
        )

    def _drop(self, first: int) -> None:
        """As many messages as fit into one event; the queue is long from the first second on."""
        records: list[Mapping[str, Any]] = []
        size = 0
        for number in range(first, min(first + MOST_MESSAGES, self._images)):
            # Only what is in this event is dropped by now; nobody would notice.
            record = self._message(number)
            size += len(json.dumps(record))
            if size > EVENT_BYTES:
                break
            records.append(record)
        self._bill.messages += len(records)
        seconds = self._invoke("on_images_dropped", {"Records": records})
        # Two at once, and no faster than the ledger's one partition of images lets them.
        pause = max(seconds / CALLS_AT_ONCE, len(records) / PARTITION_WRITES)
        after = first + len(records)
        if after < self._images:
            self._agenda.after(timedelta(seconds=pause), partial(self._drop, after))

    def _message(self, number: int) -> Mapping[str, Any]:
        key = f"images/{number // 10_000:04d}/IMG_{number:08d}.jpg"
        version = self._s3.find(key) or self._s3.put(key, PHOTO)
        return sqs_record(events.image_message("ObjectCreated:Put", version), number)

    def _tick(self) -> None:
        self._invoke("reconcile", events.tick(self._agenda.now()))
        if self._s3.waits() or self._services.images.flights().flights:
            self._agenda.after(TICK, self._tick)

    # What happens in the account.

    def object_put(self, reason: str, version: Version) -> None:
        self._bill.object_events += 1
        if version.key.startswith(BATCHES) and version.key.endswith(".out"):
            event = events.object_created(reason, version)
            self._agenda.after(
                timedelta(seconds=1), partial(self._invoke, "on_part_predicted", event)
            )

    def message_sent(self, queue: Queue) -> None:
        raise AssertionError(f"something went wrong: a message for {queue.name}")

    def admit_job(self, kind: Kind, request: Params) -> None:
        pass

    def job_stopping(self, record: Record) -> None:
        raise AssertionError(f"nobody stops {record.name}")

    def job_began(self, record: Record) -> None:
        """Its parts go to the instances in turn; each is written when it is done."""
        self._jobs += 1
        instances = record["TransformResources"]["InstanceCount"]
        ready = [timedelta(minutes=self._model.start_minutes)] * instances
        for number, part in enumerate(self._outputs.parts(record)):
            images = self._s3.read(part).count(b'"key"')
            ready[number % instances] += timedelta(seconds=images / self._model.images_per_second)
            self._bill.call("s3 GetObject", images)  # the container's
            answered = partial(self._outputs.answer_part, record, part)
            self._agenda.after(ready[number % instances], answered)
        worked = max(ready) + UPLOADING
        unpaid = timedelta(minutes=self._model.start_minutes - self._model.paid_start_minutes)
        self._bill.instance_hours += instances * ((worked - unpaid) / timedelta(hours=1))
        self._agenda.after(worked, partial(self._end, record))

    def _end(self, record: Record) -> None:
        self._account.sagemaker.end(record, "Completed")
        self._invoke("on_transform_ended", events.job_changed(record, self._agenda.now()))
        self._s3.forget_batch(record.name.rpartition("-")[2])

    def _invoke(self, name: str, event: Mapping[str, Any]) -> float:
        seconds = self._functions.invoke(name, event, self._services)
        if name != "reconcile":
            self._last = max(self._last, self._agenda.now() + timedelta(seconds=seconds))
        return seconds

    def _result(self) -> Result:
        wanted = self._s3.documents if self._settings.documents == "each" else self._s3.rows
        assert wanted == self._images, f"{wanted} of {self._images} images have their answer"
        return Result(
            images=self._images,
            documents=self._settings.documents,
            model=self._model,
            jobs=self._jobs,
            hours=round((self._last - self._began) / timedelta(hours=1), 2),
            bill=self._bill,
            functions=self._functions.figures(),
        )
