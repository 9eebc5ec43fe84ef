"""Structured logs and metrics by Powertools: JSON lines, and CloudWatch's embedded metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from pipeline.quoting import sentence

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


class PowertoolsTelemetry:
    def __init__(self, logger: Logger, *, namespace: str, service: str, stage: str) -> None:
        self._logger = logger
        self._namespace = namespace
        self._service = service
        self._stage = stage

    def log(self, message: str, **details: object) -> None:
        # CloudWatch cuts a line where it likes, which leaves no JSON: details are cut before.
        cut = {
            name: sentence(detail) if isinstance(detail, str) else detail
            for name, detail in details.items()
        }
        self._logger.info(message, extra=cut)

    def count(self, metric: str, number: int = 1) -> None:
        # Written at once, so that a crash later in the invocation does not swallow the figure.
        metrics = EphemeralMetrics(namespace=self._namespace, service=self._service)
        metrics.add_dimension(name="stage", value=self._stage)
        metrics.add_metric(name=metric, unit=MetricUnit.Count, value=number)
        metrics.flush_metrics()
