"""A transform job ended: decide whether its model serves, or write the documents of a batch."""

from __future__ import annotations

from pipeline.aws import parse_events
from pipeline.bootstrap import services, settings
from pipeline.steps.transform import finish_transform


def handler(event: dict[str, object], context: object) -> None:
    finish_transform(parse_events.transform_ended(event, settings()), services())
