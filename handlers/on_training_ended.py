"""Training ended: serve the test split through the model, or close the run with the reason."""

from __future__ import annotations

from pipeline.aws import parse_events
from pipeline.bootstrap import services, settings
from pipeline.steps.evaluation import start_evaluation


def handler(event: dict[str, object], context: object) -> None:
    start_evaluation(parse_events.training_ended(event, settings()), services())
