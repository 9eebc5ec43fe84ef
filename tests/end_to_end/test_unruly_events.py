"""Events twice, late and lost, throttling, quotas and time-outs: the same end states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localcloud.cloud import LocalCloud
from tests.support.service import ENDED, Service
from tests.support.stories import THIN, photos_in
from tests.support.waiting import eventually

BAD_DAY = "seed=3,events-twice=0.5,events-late=0.5,events-lost=0.2,throttled=0.1,capacity-wait=0.5"


def test_a_bad_day_changes_nothing(tmp_path: Path, drawn: bytes) -> None:
    with LocalCloud(tmp_path, faults=BAD_DAY) as cloud:
        service = Service(cloud.environment)
        service.upload(drawn, "dogs", **THIN)
        run = eventually(lambda: ended(service, "dogs"), within=180)
        service.suffer(**{"events-twice": 1, "events-late": 0.5})
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


def ended(service: Service, name: str) -> dict[str, Any] | None:
    """The run once it has ended; what an event failed to bring comes by the schedule."""
    service.reconcile()
    run = service.run_of(name)
    return run if run and run["state"] in ENDED else None


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


def test_a_tuning_whose_trials_meet_the_quota_waits_and_then_goes_on(
    tmp_path: Path, drawn: bytes
) -> None:
    with LocalCloud(
        tmp_path, faults="trials-refused=1", params={"quota_delay_minutes": "0"}
    ) as cloud:
        service = Service(cloud.environment)
        service.upload(drawn, "patient", **THIN)
        service.run_waiting_for_quota("patient")

        service.suffer()
        service.reconcile()

        run = service.run_in("patient", "serving")
        assert run["jobs"]["tuning"] == f"kennel-local-tuning-1{run['run'][1:]}"
