"""The preparation ended: tune on its features, or close the run with the reason."""

from __future__ import annotations

from pipeline.aws import parse_events
from pipeline.bootstrap import services, settings
from pipeline.steps.tuning import start_tuning


def handler(event: dict[str, object], context: object) -> None:
    start_tuning(parse_events.preparation_ended(event, settings()), services())
