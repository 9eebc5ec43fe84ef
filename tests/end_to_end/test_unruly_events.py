"""Events twice and out of order, quotas and time-outs: the same end states."""

from __future__ import annotations

from pathlib import Path

import pytest

from localcloud.cloud import LocalCloud
from tests.support.service import Service
from tests.support.stories import THIN, photos_in


def test_events_that_come_twice_and_in_disorder_change_nothing(
    tmp_path: Path, drawn: bytes
) -> None:
    with LocalCloud(tmp_path, faults="events-twice=1,events-late=0.5") as cloud:
        service = Service(cloud.environment)
        service.upload(drawn, "dogs", **THIN)
        run = service.run_in("dogs", "serving")
        for name, photo in photos_in(drawn).items():
            service.put(f"images/{Path(name).name}", photo)
        documents = [service.document(Path(name).name) for name in photos_in(drawn)]

        jobs = service.client("sagemaker").list_hyper_parameter_tuning_jobs()
        assert len(jobs["HyperParameterTuningJobSummaries"]) == 1
        assert [moment["state"] for moment in run["timeline"]] == [
            "preparing",
            "tuning",
            "training",
            "evaluating",
            "serving",
        ]
        assert all(document["predictions"] for document in documents)


def test_a_job_that_runs_too_long_fails_its_run(tmp_path: Path, drawn: bytes) -> None:
    with LocalCloud(tmp_path, params={"max_runtime_seconds": "1"}) as cloud:
        service = Service(cloud.environment)
        service.upload(drawn, "slow", **{**THIN, "views": 16})

        run = service.run_in("slow", "failed", "stopped")

        assert run["reason"]


def test_a_quota_of_nothing_is_waited_for_and_then_fails_the_run(
    tmp_path: Path, drawn: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENNEL_LOCAL_QUOTA_PROCESSING", "0")
    with LocalCloud(tmp_path, params={"quota_patience_hours": "0"}) as cloud:
        service = Service(cloud.environment)
        service.upload(drawn, "unlucky", **THIN)

        run = service.run_in("unlucky", "failed", within=60)

        assert "quota" in run["reason"]
