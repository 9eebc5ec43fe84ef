"""Compares SageMaker with the ledger, and repeats what an event failed to bring."""

from __future__ import annotations

from pipeline.bootstrap import services
from pipeline.steps.reconcile import reconcile_all


def handler(event: dict[str, object], context: object) -> None:
    reconcile_all(services())
