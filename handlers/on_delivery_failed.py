"""An event could not be delivered: leave it to reconcile or tell of it, and keep it for redrive."""

from __future__ import annotations

from pipeline.aws import parse_events
from pipeline.bootstrap import services, settings
from pipeline.steps.failures import record_failures


def handler(event: dict[str, object], context: object) -> dict[str, list[dict[str, str]]]:
    failures = parse_events.delivery_failures(event, settings())
    return parse_events.left_in_queue(record_failures(failures, services()))
