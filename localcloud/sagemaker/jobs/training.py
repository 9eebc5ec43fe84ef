"""Training jobs: from Starting to their end, with SageMaker's secondary states on the way."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import Any

from localcloud.sagemaker.containers import debugger
from localcloud.sagemaker.containers.process import Exit
from localcloud.sagemaker.containers.training_container import TrainingContainer
from localcloud.sagemaker.jobs import profiler
from localcloud.sagemaker.jobs.job import Job, stream_name
from localcloud.sagemaker.jobs.metrics import Metrics
from localcloud.sagemaker.jobs.spot import Spot
from localcloud.sagemaker.region.archives import pack
from localcloud.sagemaker.region.errors import JobFailed
from localcloud.sagemaker.region.kinds import TRAINING
from localcloud.sagemaker.region.objects import Location
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Interrupted": "Training job interrupted: its spot instance was taken away",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Stopping": "Stopping the training job",
    "Stopped": "Training job stopped",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
    "MaxWaitTimeExceeded": "Training job wait time exceeded MaxWaitTimeInSeconds provided",
}
ENDS = {"Completed", "Failed", "Stopped", "MaxRuntimeExceeded", "MaxWaitTimeExceeded"}
NO_INSTANCE = "Insufficient capacity error from EC2 while launching instances, retrying!"
DAY = 86_400


def transition(status: str, start: float) -> Json:
    return {"Status": status, "StartTime": start, "StatusMessage": MESSAGES[status]}


def transitions(past: list[Json], status: str) -> list[Json]:
    """The history with a new state, which ends the one before."""
    now = time.time()
    if past and past[-1]["Status"] == status:
        return past
    closed = [{**past[-1], "EndTime": now}] if past else []
    latest = transition(status, now)
    if status in ENDS:
        latest["EndTime"] = now
    return [*past[:-1], *closed, latest]


def model_location(fields: Json) -> str:
    """Where the model of a training job goes, as its request configures it."""
    return output_location(fields, "model")


def output_location(fields: Json, name: str) -> str:
    config = fields["OutputDataConfig"]
    folder = Location.parse(config["S3OutputPath"]) / fields["TrainingJobName"] / "output"
    return f"{folder / name}.tar.gz" if is_packed(config) else f"{folder / name}/"


def is_packed(output_config: Json) -> bool:
    return output_config.get("CompressionType") != "NONE"


class TrainingJob(Job):
    kind = TRAINING

    def __init__(self, region: Region, record: Record, *, at_once: int = 1) -> None:
        super().__init__(region, record)
        self._states = threading.RLock()
        request = record.fields()
        self.spot = Spot(request, region.chance)
        self.metrics = Metrics(request["AlgorithmSpecification"].get("MetricDefinitions", ()))
        self.container = TrainingContainer(request, self.layout, self.region.objects, at_once)

    def work(self) -> None:
        ended = self._train(TrainingStartTime=time.time())
        while ended.how == "interrupted":
            self._give_up_instance()
            ended = self._train()
        final, summaries = self.metrics.final(), self.metrics.summaries()
        self.enter("Uploading", FinalMetricDataList=final, MetricSummaries=summaries)
        # Before it is known whether the job failed: a failed job's output tells why.
        self._upload_what_was_written()
        if ended.how == "exited" and ended.code != 0:
            raise JobFailed(self.container.failure(ended.code))
        self._upload_model()
        self._end(ended)

    def enter(self, status: str, **changes: Any) -> None:
        """A secondary state; while the job is being stopped, that one stays."""
        with self._states:
            if self.stop_requested.is_set():
                self.change(**changes)
                return
            history = transitions(self.record["SecondaryStatusTransitions"], status)
            members = {"SecondaryStatus": status, "SecondaryStatusTransitions": history}
            self.change(**members, **changes)

    def await_capacity(self, seconds: float) -> None:
        """Still Starting, and the latest transition says why."""
        history = self.record["SecondaryStatusTransitions"]
        history[-1]["StatusMessage"] = NO_INSTANCE
        self.change(SecondaryStatusTransitions=history)
        super().await_capacity(seconds)

    def _train(self, **changes: Any) -> Exit:
        self.enter("Downloading", **changes)
        self.container.fill()
        self.enter("Training")
        begun = time.monotonic()
        try:
            return self._run_container()
        finally:
            self.spot.use(time.monotonic() - begun)

    def _give_up_instance(self) -> None:
        """All but the checkpoints goes with it; the job starts anew."""
        self.enter("Interrupted")
        self.container.save_checkpoints()
        shutil.rmtree(self.folder)
        self.enter("Starting")

    def request_stop(self) -> None:
        with self._states:
            super().request_stop()

    def stopping(self) -> Json:
        history = transitions(self.record["SecondaryStatusTransitions"], "Stopping")
        return {
            "TrainingJobStatus": "Stopping",
            "SecondaryStatus": "Stopping",
            "SecondaryStatusTransitions": history,
        }

    def finish(self, status: str, **changes: Any) -> None:
        secondary = changes.pop("SecondaryStatus", status)
        history = transitions(self.record["SecondaryStatusTransitions"], secondary)
        members = {"SecondaryStatus": secondary, "SecondaryStatusTransitions": history}
        super().finish(status, **members, **changes)

    def closing_times(self) -> Json:
        now = time.time()
        seconds = max(1, int(now - self.record.get("TrainingStartTime", now)))
        return {
            "TrainingEndTime": now,
            "TrainingTimeInSeconds": seconds,
            "BillableTimeInSeconds": self.spot.billable(seconds),
        }

    def _run_container(self) -> Exit:
        log = self.region.log("TrainingJobs", stream_name(self.record.name))
        watched = self.region.job_metrics(self.record.name)

        def keep(line: str) -> None:
            log.write(line)
            for name, observation in self.metrics.read(line):
                watched.put(name, observation.value, observation.time)
            self.container.keep(line)

        request = self.container.request
        watch = profiler.profiler_for(request, self._profile)
        if watch:
            watch.start()
        try:
            most = request["StoppingCondition"].get("MaxRuntimeInSeconds", DAY)
            limit, interruption = min(most, self.spot.left), self.spot.interruption()
            own = self.make_environment(self.container.requirements, on_line=keep)
            command = self.container.command(self.region.settings, own)
            return self.run_process(command, limit=limit, interruption=interruption, on_line=keep)
        finally:
            log.close()
            watched.close()
            if watch:
                watch.stop()
                profiler.upload(request, self._profile, self.region.objects, self.record.name)

    @property
    def _profile(self) -> Path:
        return self.layout.output / "profiler"

    def _upload_what_was_written(self) -> None:
        """What is kept however the job ended: output, checkpoints, tensors."""
        self.container.save_checkpoints()
        debugger.upload(self.container.request, self.layout, self.region.objects, self.record.name)
        data = self.layout.output / "data"
        if any(data.iterdir()):
            self._upload(data, "output")

    def _upload_model(self) -> None:
        target = self._upload(self.layout.model, "model")
        self.record.update(ModelArtifacts={"S3ModelArtifacts": target})

    def _upload(self, folder: Path, name: str) -> str:
        """As <name>.tar.gz, or file by file when the request wants no compression."""
        uri = output_location(self.record.fields(), name)
        target = Location.parse(uri)
        if not is_packed(self.record["OutputDataConfig"]):
            self.region.objects.upload_folder(folder, target)
            return uri
        archive = self.layout.temporary / f"{name}.tar.gz"
        pack(folder, archive)
        self.region.objects.upload(archive, target)
        return uri

    def _end(self, ended: Exit) -> None:
        if self.stop_requested.is_set():
            # Also when the script had just ended by itself: whoever asked waits for Stopped.
            self.finish("Stopped")
        elif ended.how == "timed out":
            waited = self.spot.left <= 0
            secondary = "MaxWaitTimeExceeded" if waited else "MaxRuntimeExceeded"
            self.finish("Stopped", SecondaryStatus=secondary)
        else:
            self.finish("Completed")
