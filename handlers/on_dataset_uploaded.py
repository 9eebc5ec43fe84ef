"""A data set was uploaded: judge it, then prepare it or refuse it."""

from __future__ import annotations

from pipeline.aws import parse_events
from pipeline.bootstrap import services
from pipeline.steps.dataset import accept_dataset


def handler(event: dict[str, object], context: object) -> None:
    accept_dataset(parse_events.dataset_uploaded(event), services())
