"""A day has passed: delete what the jobs wrote longer ago than logs are kept."""

from __future__ import annotations

from pipeline.bootstrap import services
from pipeline.steps.job_logs import expire_job_logs


def handler(event: dict[str, object], context: object) -> None:
    expire_job_logs(services())
