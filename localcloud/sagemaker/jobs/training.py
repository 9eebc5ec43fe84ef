"""Training jobs: from Starting to their end, with SageMaker's secondary states on the way."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import Any

from localcloud.sagemaker.containers import debugger
from localcloud.sagemaker.containers.cluster import Member, cluster
from localcloud.sagemaker.containers.layout import Layout
from localcloud.sagemaker.containers.process import Exit
from localcloud.sagemaker.containers.training_container import TrainingContainer
from localcloud.sagemaker.jobs import instances, profiler
from localcloud.sagemaker.jobs.job import Job, stream_name
from localcloud.sagemaker.jobs.metrics import Metrics
from localcloud.sagemaker.jobs.secondary_states import transitions
from localcloud.sagemaker.jobs.spot import Spot
from localcloud.sagemaker.region.archives import pack
from localcloud.sagemaker.region.errors import JobFailed
from localcloud.sagemaker.region.kinds import TRAINING
from localcloud.sagemaker.region.objects import Location
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

NO_INSTANCE = "Insufficient capacity error from EC2 while launching instances, retrying!"
DAY = 86_400


def model_location(fields: Json) -> str:
    """Where the model of a training job goes, as its request configures it."""
    return _output_location(fields, "model")


def _output_location(fields: Json, name: str) -> str:
    config = fields["OutputDataConfig"]
    folder = Location.parse(config["S3OutputPath"]) / fields["TrainingJobName"] / "output"
    return f"{folder / name}.tar.gz" if _is_packed(config) else f"{folder / name}/"


def _is_packed(output_config: Json) -> bool:
    return output_config.get("CompressionType") != "NONE"


class TrainingJob(Job):
    kind = TRAINING

    def __init__(self, region: Region, record: Record, *, at_once: int = 1) -> None:
        super().__init__(region, record)
        self._states = threading.RLock()
        self._watch: profiler.Profiler | None = None
        request = record.fields()
        self.spot = Spot(request, region.chance)
        self.metrics = Metrics(request["AlgorithmSpecification"].get("MetricDefinitions", ()))
        self.containers = [
            TrainingContainer(request, self._layout(member), self.region.objects, member, at_once)
            for member in cluster(request["ResourceConfig"]["InstanceCount"])
        ]
        self.container = self.containers[0]  # whose failure, if there is one, is told
        self.layout = self.container.layout

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
        for container in self.containers:
            container.fill()
        self.enter("Training")
        begun = time.monotonic()
        try:
            return self._run_containers()
        finally:
            self.spot.use(time.monotonic() - begun)

    def _layout(self, member: Member) -> Layout:
        folder = self.folder / f"algo-{member.number}" if len(member.hosts) > 1 else self.folder
        return Layout(folder / "opt" / "ml")

    def _give_up_instance(self) -> None:
        """All but the checkpoints goes with it; the job starts anew."""
        self.enter("Interrupted")
        self._save_checkpoints()
        shutil.rmtree(self.folder)
        self.enter("Starting")

    def profile(self, change: Json) -> bool:
        """Changes the profiler of the running job; whether there is one."""
        if self._watch is None:
            return False
        self._watch.change(change)
        self.record.update(ProfilerConfig={**self.record["ProfilerConfig"], **change})
        return True

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

    def _run_containers(self) -> Exit:
        request = self.container.request
        most = request["StoppingCondition"].get("MaxRuntimeInSeconds", DAY)
        limit, interruption = min(most, self.spot.left), self.spot.interruption()

        def run(container: TrainingContainer) -> Exit:
            return self._run_container(container, limit, interruption)

        self._watch = watch = profiler.profiler_for(request, self._profile)
        if watch:
            watch.start()
        try:
            exits = instances.run_all(self.containers, run, self.lost)
            number = instances.deciding(exits)
            self.container = self.containers[number]
            return exits[number]
        finally:
            if watch:
                watch.stop()
                profiler.upload(request, self._profile, self.region.objects, self.record.name)

    def _run_container(
        self, container: TrainingContainer, limit: float, interruption: float
    ) -> Exit:
        number = container.member.number
        log = self.region.log("TrainingJobs", stream_name(self.record.name, number))
        watched = self.region.job_metrics(self.record.name)

        def keep(line: str) -> None:
            log.write(line)
            container.keep(line)
            if number == 1:  # the others report the same training
                for name, observation in self.metrics.read(line):
                    watched.put(name, observation.value, observation.time)

        try:
            own = self.make_environment(container.layout, container.requirements, on_line=keep)
            command = container.command(self.region.settings, own)
            return self.run_process(command, limit=limit, interruption=interruption, on_line=keep)
        finally:
            log.close()
            watched.close()

    def _save_checkpoints(self) -> None:
        for container in reversed(self.containers):  # the first one's files stay
            container.save_checkpoints()

    @property
    def _profile(self) -> Path:
        return self.layout.output / "profiler"

    def _upload_what_was_written(self) -> None:
        """What is kept however the job ended: output, checkpoints, tensors."""
        self._save_checkpoints()
        instances.gather(self.containers)
        debugger.upload(self.container.request, self.layout, self.region.objects, self.record.name)
        data = self.layout.output / "data"
        if any(data.iterdir()):
            self._upload(data, "output")

    def _upload_model(self) -> None:
        target = self._upload(self.layout.model, "model")
        self.record.update(ModelArtifacts={"S3ModelArtifacts": target})

    def _upload(self, folder: Path, name: str) -> str:
        """As <name>.tar.gz, or file by file when the request wants no compression."""
        uri = _output_location(self.record.fields(), name)
        target = Location.parse(uri)
        if not _is_packed(self.record["OutputDataConfig"]):
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
