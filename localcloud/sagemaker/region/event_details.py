"""The detail of each state-change event, spelled as SageMaker spells it (it differs by kind)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from localcloud.sagemaker.region import kinds
from localcloud.sagemaker.region.kinds import Kind
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.shapes import Json, names

TRAINING = names("""TrainingJobName TrainingJobArn TuningJobArn TrainingJobStatus SecondaryStatus
    FailureReason HyperParameters AlgorithmSpecification RoleArn InputDataConfig OutputDataConfig
    ModelArtifacts ResourceConfig VpcConfig StoppingCondition CreationTime TrainingStartTime
    TrainingEndTime LastModifiedTime SecondaryStatusTransitions DebugRuleEvaluationStatuses""")
TUNING = names("""HyperParameterTuningJobName HyperParameterTuningJobArn TrainingJobDefinition
    HyperParameterTuningJobStatus CreationTime LastModifiedTime TrainingJobStatusCounters
    ObjectiveStatusCounters""")
TRANSFORM = names("""TransformJobName TransformJobArn TransformJobStatus FailureReason ModelName
    MaxConcurrentTransforms MaxPayloadInMB BatchStrategy Environment TransformInput TransformOutput
    TransformResources CreationTime TransformStartTime TransformEndTime""")
PROCESSING = names("""ProcessingInputs ProcessingOutputConfig ProcessingJobName ProcessingJobArn
    ProcessingResources StoppingCondition AppSpecification NetworkConfig RoleArn ExperimentConfig
    ProcessingJobStatus FailureReason CreationTime ProcessingStartTime
    ProcessingEndTime LastModifiedTime""")
ENDPOINT = names("""EndpointName EndpointArn EndpointConfigName ProductionVariants EndpointStatus
    CreationTime LastModifiedTime""")
MODEL = names("""ModelName ModelArn PrimaryContainer ExecutionRoleArn CreationTime""")
ENDPOINT_CONFIG = names("""EndpointConfigName EndpointConfigArn ProductionVariants CreationTime""")
MODEL_PACKAGE = names("""ModelPackageName ModelPackageGroupName ModelPackageVersion ModelPackageArn
    ModelPackageDescription CreationTime InferenceSpecification ModelPackageStatus
    ModelPackageStatusDetails CertifyForMarketplace ModelApprovalStatus MetadataProperties
    ModelMetrics LastModifiedTime ApprovalDescription CustomerMetadataProperties
    ModelLifeCycle""")
# Members of processing requests whose values arrive in capitals.
CAPITALS = {"S3DataType", "S3InputMode", "S3DataDistributionType", "S3CompressionType"}
CAPITALS |= {"S3UploadMode"}
UNBROKEN = {"S3DataDistributionType"}  # FULLYREPLICATED, but MANIFEST_FILE


def milliseconds(moment: float) -> int:
    return int(moment * 1000)


def _milliseconds_text(moment: float) -> str:
    return str(milliseconds(moment))


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _float_milliseconds(moment: float) -> float:
    return float(milliseconds(moment))


def _picked(fields: Json, members: Iterable[str], time: Callable[[float], Any]) -> Json:
    """The members that the event carries, with times in the spelling of its kind."""
    found = {name: fields[name] for name in members if fields.get(name) is not None}
    return {name: timed(name, value, time) for name, value in found.items()}


def timed(name: str, value: Any, time: Callable[[float], Any]) -> Any:
    if isinstance(value, dict):
        return {key: timed(key, item, time) for key, item in value.items()}
    if isinstance(value, list):
        return [timed(name, item, time) for item in value]
    is_time = name.endswith("Time") or name == "Timestamp"
    return time(value) if is_time and isinstance(value, float) else value


def training(record: Record) -> Json:
    fields = {"InputDataConfig": [], "VpcConfig": {}, **record.fields()}
    return {**_picked(fields, TRAINING, _milliseconds_text), "Tags": record.tags}


def tuning(record: Record) -> Json:
    return {**_picked(record.fields(), TUNING, _milliseconds_text), "Tags": record.tags}


def transform(record: Record) -> Json:
    fields = {"Environment": {}, **record.fields()}
    return {**_picked(fields, TRANSFORM, _iso), "Tags": record.tags}


def processing(record: Record) -> Json:
    # The documented event has no tags; ExperimentConfig is there even when empty.
    fields = {"ExperimentConfig": {}, **record.fields()}
    return {name: _shout(name, v) for name, v in _picked(fields, PROCESSING, milliseconds).items()}


def _shout(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shout(key, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shout(name, item) for item in value]
    return capitals(value, broken=name not in UNBROKEN) if name in CAPITALS else value


def capitals(value: str, *, broken: bool) -> str:
    """ManifestFile as MANIFEST_FILE, or unbroken: FullyReplicated as FULLYREPLICATED."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", value) if broken else value
    return words.upper()


def endpoint(record: Record) -> Json:
    detail = _picked(record.fields(), ENDPOINT, _float_milliseconds)
    status = capitals(detail["EndpointStatus"], broken=True)
    return {**detail, "EndpointStatus": status, "Tags": record.tags}


def model(record: Record) -> Json:
    return {**_picked(record.fields(), MODEL, _float_milliseconds), "Tags": record.tags}


def _endpoint_config(record: Record) -> Json:
    return {**_picked(record.fields(), ENDPOINT_CONFIG, _float_milliseconds), "Tags": record.tags}


def _model_package(record: Record) -> Json:
    detail = _picked(record.fields(), MODEL_PACKAGE, _iso)
    if "ModelPackageVersion" not in detail:
        return {**detail, "Tags": record.tags}
    # The documented event of a version shows its group's name and no tags.
    del detail["ModelPackageName"]
    return detail


DETAILS: dict[Kind, Callable[[Record], Json]] = {
    kinds.TRAINING: training,
    kinds.TUNING: tuning,
    kinds.TRANSFORM: transform,
    kinds.PROCESSING: processing,
    kinds.ENDPOINT: endpoint,
    kinds.MODEL: model,
    kinds.ENDPOINT_CONFIG: _endpoint_config,
    kinds.MODEL_PACKAGE: _model_package,
}
