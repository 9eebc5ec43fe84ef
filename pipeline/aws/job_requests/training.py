"""The training job: on images, with the values that tuning found. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pipeline.aws.job_requests.channels import training_channels
from pipeline.aws.job_requests.debugger import debugger_fields
from pipeline.aws.job_requests.metrics import metric_definitions
from pipeline.aws.job_requests.script import (
    encoded,
    encoded_texts,
    script_parameters,
    training_resources,
)
from pipeline.aws.job_requests.tags import tags
from pipeline.aws.job_requests.volumes import training_gb
from pipeline.job_images import image_on
from pipeline.names import run_key, uri
from pipeline.run import Run
from pipeline.settings import Settings
from pipeline.structured_rules import as_text

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTrainingJobRequestTypeDef,
    )

SCRIPT = "training_code/train.py"


def training_request(run: Run, settings: Settings) -> CreateTrainingJobRequestTypeDef:
    debugger = debugger_fields(run, settings)
    if not debugger:
        # SageMaker profiles every job unless told not to; that service ends on 2027-06-30.
        debugger = {"ProfilerConfig": {"DisableProfiler": True}}
    request: CreateTrainingJobRequestTypeDef = {
        "TrainingJobName": run.job_name("training", settings),
        "HyperParameters": {
            **script_parameters("training", SCRIPT, run, settings),
            **_parameters(run, settings),
        },
        "AlgorithmSpecification": {
            "TrainingImage": image_on(settings.training_instance, settings.training_image),
            "TrainingInputMode": "File",
            "MetricDefinitions": metric_definitions(),
        },
        "RoleArn": settings.role_arn,
        "InputDataConfig": training_channels(run, settings),
        "OutputDataConfig": {"S3OutputPath": uri(settings.bucket, run_key(run.id, "model/"))},
        # The torch weights: serving does without them, and would download them with its artifact.
        "CheckpointConfig": {"S3Uri": uri(settings.bucket, run_key(run.id, "weights/"))},
        "ResourceConfig": training_resources(settings.training_instance, training_gb(run)),
        "StoppingCondition": {"MaxRuntimeInSeconds": settings.max_runtime_seconds},
        "Tags": tags(settings, "training", run.id),
    }
    return cast("CreateTrainingJobRequestTypeDef", {**request, **debugger, **_spot(settings)})


def _spot(settings: Settings) -> dict[str, object]:
    """Spare capacity that may be taken away at any time: the training goes on from its checkpoint.

    The time for waiting and training together is never less than that for training.
    """
    if settings.spot == "off":
        return {}
    most = settings.max_runtime_seconds
    return {
        "EnableManagedSpotTraining": True,
        "StoppingCondition": {
            "MaxRuntimeInSeconds": most,
            "MaxWaitTimeInSeconds": most + settings.spot_patience_seconds,
        },
    }


def _parameters(run: Run, settings: Settings) -> dict[str, str]:
    chosen = run.settings
    given: dict[str, str | int | float] = {
        "backbone": run.backbone,
        "weights": chosen.weights,
        "trainable": chosen.trainable,
        "epochs": chosen.epochs,
        # A hook that shows layers needs a backbone at work, not its cached vectors.
        "final": "images" if chosen.debugger == "native" else chosen.final,
        "backbone-lr": chosen.backbone_lr,
        "backbone-epochs": chosen.backbone_epochs,
        "warmup-epochs": chosen.warmup_epochs,
        "num-workers": chosen.num_workers,
        "images-at-once": chosen.images_at_once,
        "mirror": chosen.mirror,
        "seed": chosen.seed,
        "rules": as_text(chosen.rules),
        "recorder": as_text(chosen.recorder),
        "run": run.id,
        "source-digest": run.source,
        "dataset-digest": run.dataset.digest or "",
        "packages": settings.job_packages,
    }
    return {**encoded_texts(run.hyperparameters), **encoded(given)}
