"""Images were dropped: they wait in the ledger, and a batch takes them when it may."""

from __future__ import annotations

from pipeline.aws import parse_events
from pipeline.bootstrap import services
from pipeline.steps.images import take_images


def handler(event: dict[str, object], context: object) -> dict[str, list[dict[str, str]]]:
    deliveries = parse_events.images_dropped(event)
    take_images(deliveries.good, services())
    return deliveries.failures()
