"""The processing job that decodes, checks, splits and computes features. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from pipeline.aws.job_requests.channels import WEIGHTS_MANIFEST, DataType
from pipeline.aws.job_requests.tags import tags
from pipeline.names import BUNDLE, GATE, bundle_key, checked_folder, run_key, uri
from pipeline.run import Run
from pipeline.service_limits import GIBIBYTE
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.literals import ProcessingInstanceTypeType
    from mypy_boto3_sagemaker.type_defs import (
        CreateProcessingJobRequestTypeDef,
        ProcessingInputTypeDef,
        ProcessingOutputTypeDef,
    )

BASE = "/opt/ml/processing"
# The bundle is one archive, and a processing container unpacks nothing by itself. Python does it:
# Amazon Linux 2023, of which the training image is made, comes without tar.
START = (
    f"code=$(mktemp -d) && python3 -m tarfile -e {BASE}/input/code/{BUNDLE} $code && cd $code "
    '&& exec python3 -m training_code.prepare "$@"'
)
OUTPUTS = ("preparation", "features", "test")
VOLUME_GB = 30


def preparation_request(run: Run, settings: Settings) -> CreateProcessingJobRequestTypeDef:
    return {
        "ProcessingJobName": run.job_name("preparation", settings),
        "RoleArn": settings.role_arn,
        "AppSpecification": {
            "ImageUri": settings.training_image,
            "ContainerEntrypoint": ["/bin/bash", "-c", START, "prepare"],
            "ContainerArguments": _arguments(run),
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": cast("ProcessingInstanceTypeType", settings.preparation_instance),
                # The zip, and test images out of it: all but a few, if the data set says so.
                "VolumeSizeInGB": VOLUME_GB + 2 * math.ceil(run.upload.size / GIBIBYTE),
            }
        },
        "ProcessingInputs": _inputs(run, settings),
        "ProcessingOutputConfig": {"Outputs": [_output(n, run, settings) for n in OUTPUTS]},
        "StoppingCondition": {"MaxRuntimeInSeconds": settings.max_runtime_seconds},
        "Tags": tags(settings, "preparation", run.id),
    }


def _arguments(run: Run) -> list[str]:
    given = {
        "backbone": ",".join(run.settings.backbones),
        "weights": run.settings.weights,
        "views": run.settings.views,
        "seed": run.settings.seed,
    }
    return [text for name, value in given.items() for text in (f"--{name}", str(value))]


def _inputs(run: Run, settings: Settings) -> list[ProcessingInputTypeDef]:
    code = uri(settings.bucket, bundle_key(run.source, "preparation").removesuffix(BUNDLE))
    dataset = uri(settings.bucket, checked_folder(run.id))
    gate = uri(settings.bucket, run_key(run.id, GATE))
    inputs = [
        _input("code", "S3Prefix", code),
        _input("gate", "S3Prefix", gate),
        _input("dataset", "S3Prefix", dataset),
    ]
    if run.weights:
        weights = uri(settings.bucket, run_key(run.id, WEIGHTS_MANIFEST))
        inputs.append(_input("weights", "ManifestFile", weights))
    return inputs


def _input(name: str, data_type: DataType, location: str) -> ProcessingInputTypeDef:
    return {
        "InputName": name,
        "S3Input": {
            "S3DataType": data_type,
            "S3Uri": location,
            "S3DataDistributionType": "FullyReplicated",
            "LocalPath": f"{BASE}/input/{name}",
            "S3InputMode": "File",
        },
    }


def _output(name: str, run: Run, settings: Settings) -> ProcessingOutputTypeDef:
    return {
        "OutputName": name,
        "S3Output": {
            "S3Uri": uri(settings.bucket, run_key(run.id, f"{name}/")),
            "LocalPath": f"{BASE}/output/{name}",
            "S3UploadMode": "EndOfJob",
        },
    }
