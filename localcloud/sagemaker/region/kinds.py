"""The kinds of resources: how each is called in requests, answers, ARNs and AWS's complaints."""

from __future__ import annotations

from dataclasses import dataclass

from localcloud.sagemaker.region.errors import ApiError


@dataclass(frozen=True, kw_only=True)
class Kind:
    stem: str  # names its members: TrainingJob -> TrainingJobName, TrainingJobArn
    arn_part: str
    spoken: str
    event: str  # the detail-type of its state changes
    quota: str = ""  # which limit of instances it counts against

    @property
    def name_member(self) -> str:
        return f"{self.stem}Name"

    @property
    def arn_member(self) -> str:
        return f"{self.stem}Arn"

    @property
    def status_member(self) -> str:
        return f"{self.stem}Status"


PROCESSING = Kind(
    stem="ProcessingJob",
    arn_part="processing-job",
    spoken="processing job",
    event="SageMaker Processing Job State Change",
    quota="processing",
)
TRAINING = Kind(
    stem="TrainingJob",
    arn_part="training-job",
    spoken="training job",
    event="SageMaker Training Job State Change",
    quota="training",
)
TUNING = Kind(
    stem="HyperParameterTuningJob",
    arn_part="hyper-parameter-tuning-job",
    spoken="hyperparameter tuning job",
    event="SageMaker HyperParameter Tuning Job State Change",
)
TRANSFORM = Kind(
    stem="TransformJob",
    arn_part="transform-job",
    spoken="transform job",
    event="SageMaker Transform Job State Change",
    quota="transform",
)
MODEL = Kind(stem="Model", arn_part="model", spoken="model", event="SageMaker Model State Change")
ENDPOINT_CONFIG = Kind(
    stem="EndpointConfig",
    arn_part="endpoint-config",
    spoken="endpoint configuration",
    event="SageMaker Endpoint Config State Change",
)
ENDPOINT = Kind(
    stem="Endpoint",
    arn_part="endpoint",
    spoken="endpoint",
    event="SageMaker Endpoint State Change",
    quota="endpoint",
)
MODEL_PACKAGE_GROUP = Kind(
    stem="ModelPackageGroup",
    arn_part="model-package-group",
    spoken="model package group",
    event="",  # AWS announces no changes of groups
)
MODEL_PACKAGE = Kind(
    stem="ModelPackage",
    arn_part="model-package",
    spoken="model package",
    event="SageMaker Model Package State Change",
)
EXPERIMENT = Kind(stem="Experiment", arn_part="experiment", spoken="experiment", event="")
TRIAL = Kind(stem="Trial", arn_part="experiment-trial", spoken="trial", event="")
TRIAL_COMPONENT = Kind(
    stem="TrialComponent",
    arn_part="experiment-trial-component",
    spoken="trial component",
    event="",
)
JOBS = (PROCESSING, TRAINING, TUNING, TRANSFORM)
REGISTRY = (MODEL_PACKAGE_GROUP, MODEL_PACKAGE)
EXPERIMENTS = (EXPERIMENT, TRIAL, TRIAL_COMPONENT)
QUOTAS = tuple(kind.quota for kind in (PROCESSING, TRAINING, TRANSFORM, ENDPOINT))


def missing(kind: Kind, name: str, arn: str) -> ApiError:
    """What AWS answers about a name it does not know: it differs by kind."""
    if kind is TUNING:
        message = f"Amazon SageMaker can't find a tuning job with the name {name}."
        return ApiError("ResourceNotFound", message)
    if kind is TRAINING:
        return ApiError("ValidationException", "Requested resource not found.")
    if kind in JOBS:
        message = f"Could not find requested job with name: {name}"
        return ApiError("ValidationException", message)
    if kind in REGISTRY:
        return ApiError("ValidationException", f"{kind.stem} {arn} does not exist.")
    if kind in EXPERIMENTS:
        message = f"{kind.spoken.capitalize()} '{name}' does not exist."
        return ApiError("ResourceNotFound", message)
    return ApiError("ValidationException", f'Could not find {kind.spoken} "{arn}".')


def taken(kind: Kind, arn: str) -> ApiError:
    """What AWS answers when the name exists already."""
    if kind in JOBS:
        message = (
            f"{kind.spoken.capitalize()} names must be unique within an AWS account and region, "
            f"and a {kind.spoken} with this name already exists ({arn})"
        )
        return ApiError("ResourceInUse", message)
    if kind in REGISTRY:
        message = f"{kind.spoken.title()} already exists: {arn}"
        return ApiError("ValidationException", message)
    if kind in EXPERIMENTS:
        noun, name = kind.spoken.capitalize(), arn.rpartition("/")[2]
        message = f"{noun} names must be unique. {noun} with name ({name}) already exists."
        return ApiError("ValidationException", message)
    message = f'Cannot create already existing {kind.spoken} "{arn}".'
    return ApiError("ValidationException", message)
