"""Rules that no shape can express: SageMaker's own, and what this engine cannot do."""

from __future__ import annotations

from localcloud.sagemaker.containers.channels import check_channels
from localcloud.sagemaker.containers.script_mode import is_script_mode
from localcloud.sagemaker.jobs.metrics import check_definitions
from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.shapes import Json

MAX_TRANSFORM_MEGABYTES = 100
DAY = 86_400
PROCESSING_FOLDER = "/opt/ml/processing"


def check_training(request: Json) -> None:
    algorithm = request.get("AlgorithmSpecification", {})
    for member in ("AlgorithmSpecification", "ResourceConfig", "StoppingCondition"):
        if member not in request:
            raise invalid(f"{member} is required.")
    _check_image(algorithm)
    check_definitions(algorithm.get("MetricDefinitions", ()))
    check_channels(request.get("InputDataConfig", ()), algorithm["TrainingInputMode"])
    _check_instances(request["ResourceConfig"])
    _check_waiting_time(request)
    hyperparameters = request.get("HyperParameters", {})
    if "ContainerEntrypoint" not in algorithm and not is_script_mode(hyperparameters):
        raise unsupported(
            f"the image {algorithm['TrainingImage']} itself",
            "give the hyperparameters sagemaker_program and sagemaker_submit_directory, or a "
            "ContainerEntrypoint",
        )


def _check_waiting_time(request: Json) -> None:
    limits = request["StoppingCondition"]
    most = limits.get("MaxRuntimeInSeconds", DAY)
    if request.get("EnableManagedSpotTraining") and limits.get("MaxWaitTimeInSeconds", 0) < most:
        raise invalid(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
            "MaxRuntimeInSeconds"
        )


def _check_image(algorithm: Json) -> None:
    if "AlgorithmName" in algorithm:
        raise unsupported("AlgorithmName", "use TrainingImage")
    if "TrainingImage" not in algorithm:
        raise invalid("Either TrainingImage or AlgorithmName must be specified.")


def _check_instances(resources: Json) -> None:
    if "InstanceType" not in resources or "InstanceCount" not in resources:
        raise unsupported("instance groups and preferences", "use InstanceType and InstanceCount")


def check_processing(request: Json) -> None:
    resources = request["ProcessingResources"]["ClusterConfig"]
    _check_instances(resources)
    if resources["InstanceCount"] > 1:
        raise unsupported("processing jobs on several instances", "use InstanceCount 1")
    application = request["AppSpecification"]
    if not application.get("ContainerEntrypoint"):
        image = application["ImageUri"]
        raise unsupported(f"the entry point of the image {image}", "give a ContainerEntrypoint")
    for item in request.get("ProcessingInputs", ()):
        _check_processing_input(item)
    for output in request.get("ProcessingOutputConfig", {}).get("Outputs", ()):
        if "S3Output" not in output:
            raise unsupported(f"the output {output['OutputName']}", "use an S3Output")
        _check_local_path(output["S3Output"])


def _check_processing_input(item: Json) -> None:
    source = item.get("S3Input")
    if source is None:
        raise unsupported(f"the input {item['InputName']}", "use an S3Input")
    if source.get("S3InputMode") == "Pipe":
        raise unsupported(f"Pipe mode in input {item['InputName']}", "use File")
    _check_local_path(source)


def _check_local_path(place: Json) -> None:
    path = place.get("LocalPath", "")
    if not f"{path}/".startswith(f"{PROCESSING_FOLDER}/"):
        raise invalid(f"LocalPath {path!r} must lie below {PROCESSING_FOLDER}/.")


def check_transform(request: Json) -> None:
    source = request["TransformInput"]["DataSource"].get("S3DataSource")
    if source is None or source["S3DataType"] not in {"S3Prefix", "ManifestFile"}:
        raise unsupported("this transform input", "use S3Prefix or ManifestFile")
    if request["TransformInput"].get("SplitType") in {"RecordIO", "TFRecord"}:
        raise unsupported(request["TransformInput"]["SplitType"], "use SplitType None or Line")
    if request.get("DataProcessing", {}).keys() - {"JoinSource"}:
        raise unsupported("input and output filters", "leave DataProcessing out")
    if request.get("DataProcessing", {}).get("JoinSource") == "Input":
        raise unsupported("joining inputs to outputs", "leave DataProcessing out")
    at_once = request.get("MaxConcurrentTransforms", 1) or 1
    if at_once * request.get("MaxPayloadInMB", 6) > MAX_TRANSFORM_MEGABYTES:
        raise invalid(
            "The product of MaxConcurrentTransforms and MaxPayloadInMB must not exceed "
            f"{MAX_TRANSFORM_MEGABYTES} MB."
        )
