"""The logs of this stage's jobs end; those of others in the same groups stay."""

from __future__ import annotations

from datetime import timedelta

from pipeline.names import job_prefix
from pipeline.ports import Services


def expire_job_logs(services: Services) -> None:
    before = services.clock.now() - timedelta(days=services.settings.log_retention_days)
    deleted = services.job_logs.expire(job_prefix(services.settings), before=before)
    services.telemetry.log("logs of jobs expired", streams=deleted)
