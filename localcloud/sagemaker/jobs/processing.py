"""Processing jobs: inputs from S3, one process, outputs to S3."""

from __future__ import annotations

import time

from localcloud.sagemaker.containers.cluster import cluster
from localcloud.sagemaker.containers.layout import (
    arguments,
    base_environment,
    translated,
    write_json,
)
from localcloud.sagemaker.containers.process import Command, Exit
from localcloud.sagemaker.containers.requirements import NO_REQUIREMENTS
from localcloud.sagemaker.jobs.job import REASON_LENGTH, Job, stream_name
from localcloud.sagemaker.region.errors import JobFailed
from localcloud.sagemaker.region.kinds import PROCESSING
from localcloud.sagemaker.region.objects import Location
from localcloud.sagemaker.region.shapes import Json, asked_members

DAY = 86_400
TIMED_OUT = "Processing job runtime exceeded MaxRuntimeInSeconds provided"


class ProcessingJob(Job):
    kind = PROCESSING

    def work(self) -> None:
        request = self.record.fields()
        self._fill(request)
        self.change(ProcessingStartTime=time.time())
        ended = self._run_container(request)
        message = self.layout.said("message")[:REASON_LENGTH]
        if message:
            self.record.update(ExitMessage=message)
        self._upload(request, succeeded=ended.succeeded)
        self._end(ended, message)

    def closing_times(self) -> Json:
        return {"ProcessingEndTime": time.time()}

    def _fill(self, request: Json) -> None:
        layout, resources = self.layout, request["ProcessingResources"]["ClusterConfig"]
        (alone,) = cluster(1)
        config = layout.root / "config"
        layout.make(config, layout.output, layout.root / "processing")
        write_json(config / "processingjobconfig.json", _described(request))
        write_json(config / "resourceconfig.json", alone.resource_config(resources["InstanceType"]))
        for item in request.get("ProcessingInputs", ()):
            source = item["S3Input"]
            found = self.region.objects.sources(source["S3DataType"], source["S3Uri"])
            self.region.objects.download_all(found, layout.path(source["LocalPath"]))
        for output in outputs(request):
            layout.path(output["LocalPath"]).mkdir(parents=True, exist_ok=True)

    def _run_container(self, request: Json) -> Exit:
        application = request["AppSpecification"]
        parts = application["ContainerEntrypoint"] + application.get("ContainerArguments", [])
        own = self.make_environment(self.layout, NO_REQUIREMENTS, on_line=lambda _line: None)
        isolated = request.get("NetworkConfig", {}).get("EnableNetworkIsolation", False)
        command = Command(
            arguments=arguments(self.layout, parts),
            environment={
                **base_environment(self.region.settings, self.layout, own, isolated=isolated),
                "PROCESSING_JOB_NAME": self.record.name,
                "PROCESSING_JOB_ARN": self.record.arn,
                **translated(self.layout, request.get("Environment")),
            },
            folder=self.layout.root,
            opt_ml=self.layout.root,
        )
        log = self.region.log("ProcessingJobs", stream_name(self.record.name))
        limit = request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", DAY)
        try:
            return self.run_process(command, limit=limit, on_line=log.write)
        finally:
            log.close()

    def _upload(self, request: Json, *, succeeded: bool) -> None:
        """EndOfJob outputs exist only if the job ended well; Continuous ones in any case."""
        for output in outputs(request):
            if succeeded or output["S3UploadMode"] == "Continuous":
                target = Location.parse(output["S3Uri"])
                self.region.objects.upload_folder(self.layout.path(output["LocalPath"]), target)

    def _end(self, ended: Exit, message: str) -> None:
        if ended.how == "timed out":
            # As for training jobs: a time-out is a stop, not a failure.
            self.finish("Stopped", ExitMessage=message or TIMED_OUT)
        elif self.stop_requested.is_set():
            self.finish("Stopped")
        elif ended.code != 0:
            reason = f"AlgorithmError: See job logs for more information, exit code: {ended.code}"
            raise JobFailed(reason)
        else:
            self.finish("Completed")


def outputs(request: Json) -> list[Json]:
    listed = request.get("ProcessingOutputConfig", {}).get("Outputs", ())
    return [output["S3Output"] for output in listed if "S3Output" in output]


def _described(request: Json) -> Json:
    """processingjobconfig.json: the request with its ARN, and nothing of its state."""
    asked = asked_members(request, "CreateProcessingJob")
    return {**asked, "ProcessingJobArn": request["ProcessingJobArn"]}
