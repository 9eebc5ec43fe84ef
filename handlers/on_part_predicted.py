"""A part of a batch was predicted: write its documents, and end the batch if it was the last."""

from __future__ import annotations

from pipeline.aws import parse_events
from pipeline.bootstrap import services
from pipeline.steps.batches import finish_part


def handler(event: dict[str, object], context: object) -> None:
    finish_part(parse_events.part_predicted(event), services())
