"""Tuning ended: train the model with the best values, or close the run with the reason."""

from __future__ import annotations

from pipeline.aws import parse_events
from pipeline.bootstrap import services, settings
from pipeline.steps.training import start_training


def handler(event: dict[str, object], context: object) -> None:
    start_training(parse_events.tuning_ended(event, settings()), services())
