"""What SageMaker and this engine refuse about endpoint configurations."""

from __future__ import annotations

from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.kinds import MODEL
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json


def check_config(region: Region, request: Json) -> None:
    for member in ("ShadowProductionVariants", "ExplainerConfig"):
        if member in request:
            raise unsupported(member, "leave it out")
    names = [variant["VariantName"] for variant in request["ProductionVariants"]]
    if len(set(names)) < len(names):
        raise invalid("The names of production variants must be unique.")
    for variant in request["ProductionVariants"]:
        _check_variant(region, variant)
    if any("ServerlessConfig" in variant for variant in request["ProductionVariants"]):
        _check_serverless(request)
    if "AsyncInferenceConfig" in request:
        _check_async(request)


def _check_variant(region: Region, variant: Json) -> None:
    if "ManagedInstanceScaling" in variant:
        raise unsupported("ManagedInstanceScaling", "give the number of instances")
    if "ModelName" not in variant:
        raise unsupported("variants without a model", "give ModelName")
    model = region.record(MODEL, variant["ModelName"])
    if "ServerlessConfig" in variant and "ModelDataSource" in model["ServedContainer"]:
        raise invalid("Serverless variants do not support a ModelDataSource.")


def _check_serverless(request: Json) -> None:
    for member in ("AsyncInferenceConfig", "DataCaptureConfig"):
        if member in request:
            raise invalid(f"Serverless variants do not support {member}.")
    if len(request["ProductionVariants"]) > 1:
        raise invalid("An endpoint with a serverless variant can have one variant only.")


def _check_async(request: Json) -> None:
    output = request["AsyncInferenceConfig"]["OutputConfig"]
    if "S3OutputPath" not in output:
        raise unsupported("asynchronous inference without a place of its own", "give S3OutputPath")
    if "IncludeInferenceResponseIn" in output.get("NotificationConfig", {}):
        raise unsupported("responses in notifications", "read them from their outputLocation")
    if "DataCaptureConfig" in request:
        raise unsupported("data capture of asynchronous endpoints", "leave DataCaptureConfig out")
