"""What SageMaker calls things, by kind of job. A model is no job: it is created, and there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.names import JobKind


@dataclass(frozen=True)
class Operations:
    """How SageMaker calls things for one kind of job."""

    create: str
    describe: str
    stop: str
    job: str


PROCESSING = Operations(
    "create_processing_job", "describe_processing_job", "stop_processing_job", "ProcessingJob"
)
TUNING = Operations(
    "create_hyper_parameter_tuning_job",
    "describe_hyper_parameter_tuning_job",
    "stop_hyper_parameter_tuning_job",
    "HyperParameterTuningJob",
)
TRAINING = Operations(
    "create_training_job", "describe_training_job", "stop_training_job", "TrainingJob"
)
TRANSFORM = Operations(
    "create_transform_job", "describe_transform_job", "stop_transform_job", "TransformJob"
)
OPERATIONS: Mapping[JobKind, Operations] = {
    "preparation": PROCESSING,
    "tuning": TUNING,
    "training": TRAINING,
    "evaluation": TRANSFORM,
    "batch": TRANSFORM,
    "lake": TRANSFORM,
}
