"""The preparation ended: search on its features or train, or close the run with the reason."""

from __future__ import annotations

from pipeline.aws import parse_events
from pipeline.bootstrap import services, settings
from pipeline.steps.preparation import finish_preparation


def handler(event: dict[str, object], context: object) -> None:
    finish_preparation(parse_events.preparation_ended(event, settings()), services())
