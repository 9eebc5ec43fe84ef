"""A transform job has ended: that of a test split, or that of a batch of dropped images."""

from __future__ import annotations

from pipeline.events import EvaluationEnded, TransformEnded
from pipeline.ports import Services
from pipeline.steps.batches import finish_batch
from pipeline.steps.evaluation import finish_evaluation


def finish_transform(event: TransformEnded, services: Services) -> None:
    if isinstance(event, EvaluationEnded):
        finish_evaluation(event, services)
    else:
        finish_batch(event, services)
