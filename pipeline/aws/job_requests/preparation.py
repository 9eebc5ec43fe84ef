"""The processing job that decodes, checks, splits and computes features. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pipeline.aws.job_requests.channels import WEIGHTS_MANIFEST, DataType
from pipeline.aws.job_requests.tags import tags
from pipeline.aws.job_requests.volumes import preparation_gb
from pipeline.job_images import image_on
from pipeline.names import BUNDLE, GATE, SEARCH, WHEELS, bundle_key, checked_folder, run_key, uri
from pipeline.run import Run
from pipeline.search_space import Interval, SearchSpace
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
UNPACK = f"i={BASE}/input c=$(mktemp -d) && python3 -m tarfile -e $i/code/{BUNDLE} $c && cd $c"
# Nobody else does it for a processing job. What is asked for is complete: nothing else is fetched.
# The whole is one argument, of which SageMaker takes 256 characters.
INSTALL = "python3 -m pip install -q --no-deps -r requirements.txt"
FROM_WHEELS = "--no-index --find-links $i/wheels"
START = 'exec python3 -m training_code.prepare "$@"'
# By name, each with the folder of the run that it becomes.
OUTPUTS = {"preparation": "preparation/", "features": "features/", "test": "test/"}


def preparation_request(run: Run, settings: Settings) -> CreateProcessingJobRequestTypeDef:
    return {
        "ProcessingJobName": run.job_name("preparation", settings),
        "RoleArn": settings.role_arn,
        "AppSpecification": {
            "ImageUri": image_on(settings.preparation_instance, settings.training_image),
            "ContainerEntrypoint": ["/bin/bash", "-c", _start(run, settings), "prepare"],
            "ContainerArguments": _arguments(run, settings),
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": cast("ProcessingInstanceTypeType", settings.preparation_instance),
                "VolumeSizeInGB": preparation_gb(run),
            }
        },
        "ProcessingInputs": _inputs(run, settings),
        "ProcessingOutputConfig": {
            "Outputs": [_output(*named, run, settings) for named in _outputs(run).items()]
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": settings.max_runtime_seconds},
        "Tags": tags(settings, "preparation", run.id),
    }


def _start(run: Run, settings: Settings) -> str:
    """What the search takes is installed for a search alone."""
    if not _searches(run) or settings.job_packages == "image":
        return f"{UNPACK} && {START}"
    options = f" {FROM_WHEELS}" if settings.job_packages == "wheels" else ""
    return f"{UNPACK} && {INSTALL}{options} && {START}"


def _searches(run: Run) -> bool:
    return run.settings.search == "in_job"


def _arguments(run: Run, settings: Settings) -> list[str]:
    chosen = run.settings
    given: dict[str, str | int] = {
        "backbone": ",".join(chosen.backbones),
        "weights": chosen.weights,
        "views": chosen.views,
        "seed": chosen.seed,
        "search": chosen.search,
    }
    if _searches(run):
        given |= {
            "strategy": chosen.strategy,
            "trials": chosen.tuning_jobs,
            "epochs": chosen.tuning_epochs,
            "early-stopping": chosen.early_stopping,
            "max-seconds": settings.max_runtime_seconds,
            **_ranges(chosen.space),
        }
    return [text for name, value in given.items() for text in (f"--{name}", str(value))]


def _ranges(space: SearchSpace) -> dict[str, str]:
    """One argument for each hyperparameter: SageMaker takes 256 characters of each."""
    intervals = {name: _interval(item) for name, item in space.intervals.items()}
    listed = {name: ",".join(values) for name, values in space.listed.items()}
    found = {**intervals, **listed, **space.fixed}
    return {f"range-{name}": text for name, text in found.items()}


def _interval(item: Interval) -> str:
    return f"{item.least}:{item.most}:{'log' if item.by_magnitude else 'linear'}"


def _inputs(run: Run, settings: Settings) -> list[ProcessingInputTypeDef]:
    code = uri(settings.bucket, bundle_key(run.source, "preparation").removesuffix(BUNDLE))
    dataset = uri(settings.bucket, checked_folder(run.id))
    gate = uri(settings.bucket, run_key(run.id, GATE))
    inputs = [
        _input("code", "S3Prefix", code),
        _input("gate", "S3Prefix", gate),
        _input("dataset", "S3Prefix", dataset),
    ]
    if _searches(run) and settings.job_packages == "wheels":
        inputs.append(_input("wheels", "S3Prefix", uri(settings.bucket, WHEELS)))
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


def _outputs(run: Run) -> dict[str, str]:
    return {**OUTPUTS, "search": SEARCH} if _searches(run) else OUTPUTS


def _output(name: str, folder: str, run: Run, settings: Settings) -> ProcessingOutputTypeDef:
    return {
        "OutputName": name,
        "S3Output": {
            "S3Uri": uri(settings.bucket, run_key(run.id, folder)),
            "LocalPath": f"{BASE}/output/{name}",
            "S3UploadMode": "EndOfJob",
        },
    }
