"""Jobs as trial components: what a job was given and has made, seen from its experiment."""

from __future__ import annotations

from collections.abc import Iterable

from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.kinds import (
    EXPERIMENT,
    PROCESSING,
    TRAINING,
    TRANSFORM,
    TRIAL,
    TRIAL_COMPONENT,
    Kind,
)
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

SOURCES = {f"SageMaker{kind.stem}": kind for kind in (TRAINING, PROCESSING, TRANSFORM)}


def check_experiment(region: Region, request: Json) -> None:
    """Refuses a job whose experiment is not there."""
    config = request.get("ExperimentConfig")
    if not config:
        return
    if "TrialName" not in config:
        raise unsupported("an ExperimentConfig without a trial", "give TrialName")
    trial = region.record(TRIAL, config["TrialName"])
    name = config.get("ExperimentName", trial["ExperimentName"])
    region.record(EXPERIMENT, name)
    if name != trial["ExperimentName"]:
        raise invalid(f"Trial ({trial.name}) does not belong to experiment ({name}).")


def track(region: Region, job: Record) -> None:
    """Makes the trial component of a new job, if the job names a trial."""
    config = job.get("ExperimentConfig")
    if not config:
        return
    name = f"{job.name}-aws-{job.kind.arn_part}"
    trial = region.record(TRIAL, config["TrialName"])
    request = {
        "TrialComponentName": name,
        "DisplayName": config.get("TrialComponentDisplayName", name),
    }
    component = region.new_record(
        TRIAL_COMPONENT,
        request,
        Source={"SourceArn": job.arn, "SourceType": f"SageMaker{job.kind.stem}"},
        SourceName=job.name,
        Parents=[{"TrialName": trial.name, "ExperimentName": trial["ExperimentName"]}],
        CreatedBy={},
        LastModifiedBy={},
        **({"RunName": config["RunName"]} if "RunName" in config else {}),
    )
    region.records.add(component)


def component_fields(region: Region, component: Record) -> Json:
    """The component as it is now: its job may have moved on. What users have written goes first."""
    fields = component.fields()
    kind = SOURCES.get(fields.get("Source", {}).get("SourceType", ""))
    job = region.records.find(kind, fields["SourceName"]) if kind else None
    if kind is None or job is None:
        return fields
    seen = _described(kind, job.fields(), job.arn)
    maps = {
        member: {**seen.get(member, {}), **fields.get(member, {})}
        for member in ("Parameters", "InputArtifacts", "OutputArtifacts")
    }
    changed = max(job["LastModifiedTime"], fields["LastModifiedTime"])
    return {**seen, **fields, **maps, "LastModifiedTime": changed}


def _described(kind: Kind, job: Json, arn: str) -> Json:
    prefix = kind.stem.removesuffix("Job")
    times = {"StartTime": job.get(f"{prefix}StartTime"), "EndTime": job.get(f"{prefix}EndTime")}
    return {
        **{member: moment for member, moment in times.items() if moment},
        "Status": status(job, job[kind.status_member]),
        "SourceDetail": {"SourceArn": arn},
        **DESCRIBERS[kind](job),
        "Metrics": [{**metric, "SourceArn": arn} for metric in job.get("MetricSummaries", ())],
    }


def status(job: Json, primary: str) -> Json:
    secondary, reason = job.get("SecondaryStatus", ""), job.get("FailureReason", "")
    message = f"Status: {primary}, secondary status: {secondary}, failure reason: {reason}."
    return {"PrimaryStatus": primary, "Message": message}


def training(job: Json) -> Json:
    inputs = {
        channel["ChannelName"]: artifact(source["S3Uri"], channel.get("ContentType"))
        for channel in job.get("InputDataConfig", ())
        if (source := channel["DataSource"].get("S3DataSource"))
    }
    given = {name: parameter(text) for name, text in job.get("HyperParameters", {}).items()}
    made = job.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    return {
        "Parameters": {**resources(job["ResourceConfig"]), **given},
        "InputArtifacts": {**image(job["AlgorithmSpecification"].get("TrainingImage")), **inputs},
        "OutputArtifacts": {"SageMaker.ModelArtifact": artifact(made)} if made else {},
    }


def processing(job: Json) -> Json:
    outputs = job.get("ProcessingOutputConfig", {}).get("Outputs", ())
    return {
        "Parameters": resources(job["ProcessingResources"]["ClusterConfig"]),
        "InputArtifacts": {
            **image(job["AppSpecification"]["ImageUri"]),
            **_places(job.get("ProcessingInputs", ()), "Input"),
        },
        "OutputArtifacts": _places(outputs, "Output"),
    }


def transform(job: Json) -> Json:
    source = job["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
    target = job["TransformOutput"]["S3OutputPath"]
    return {
        "Parameters": {
            **resources(job["TransformResources"]),
            "SageMaker.ModelName": {"StringValue": job["ModelName"]},
        },
        "InputArtifacts": {"SageMaker.TransformInput": artifact(source)},
        "OutputArtifacts": {"SageMaker.TransformOutput": artifact(target)},
    }


DESCRIBERS = {TRAINING: training, PROCESSING: processing, TRANSFORM: transform}


def _places(items: Iterable[Json], side: str) -> Json:
    """Inputs or outputs of a processing job, by their names."""
    return {
        item[f"{side}Name"]: artifact(item[f"S3{side}"]["S3Uri"])
        for item in items
        if f"S3{side}" in item
    }


def resources(config: Json) -> Json:
    members = ("InstanceType", "InstanceCount", "VolumeSizeInGB")
    return {f"SageMaker.{m}": parameter(str(config[m])) for m in members if m in config}


def image(uri: str | None) -> Json:
    return {"SageMaker.ImageUri": artifact(uri)} if uri else {}


def artifact(value: str, media_type: str | None = None) -> Json:
    return {"Value": value, **({"MediaType": media_type} if media_type else {})}


def parameter(text: str) -> Json:
    try:
        return {"NumberValue": float(text)}
    except ValueError:
        return {"StringValue": text}
