from __future__ import annotations

import pytest

from handlers import on_tuning_ended
from pipeline.errors import UnknownEvent
from pipeline.names import RunId
from tests.events import RUN, recorded, replaced, without
from tests.fakes.services import Compose, fake_services
from tests.support.job_outputs import leave_trials
from tests.support.samples import run_in

EVENT = recorded("on_tuning_ended")


def test_the_recorded_end_starts_the_training(compose: Compose) -> None:
    run = run_in("tuning", id=RunId(RUN))
    services = fake_services(run)
    leave_trials(services, run)
    compose(services)

    on_tuning_ended.handler(EVENT, None)

    assert services.run(run).state == "training"
    assert services.jobs.names()[-1:] == [f"kennel-test-training-{RUN}"]


def test_a_failed_job_ends_the_run_with_its_reason(compose: Compose) -> None:
    run = run_in("tuning", id=RunId(RUN))
    services = fake_services(run)
    compose(services)
    failed = replaced(EVENT, "detail.HyperParameterTuningJobStatus", "Failed")

    on_tuning_ended.handler(replaced(failed, "detail.FailureReason", "out of memory"), None)

    assert services.run(run).state == "failed"
    assert "out of memory" in (services.run(run).reason or "")


@pytest.mark.parametrize(
    "missing",
    ["detail", "detail.HyperParameterTuningJobName", "detail.HyperParameterTuningJobStatus"],
)
def test_an_end_without_a_required_key_raises(compose: Compose, missing: str) -> None:
    run = run_in("tuning", id=RunId(RUN))
    services = fake_services(run)
    compose(services)

    with pytest.raises(KeyError):
        on_tuning_ended.handler(without(EVENT, missing), None)

    assert services.run(run) == run


@pytest.mark.parametrize("status", ["InProgress", "Stopping", "COMPLETED", "", "Sleeping"])
def test_a_status_that_is_no_end_raises(compose: Compose, status: str) -> None:
    run = run_in("tuning", id=RunId(RUN))
    services = fake_services(run)
    compose(services)

    with pytest.raises(UnknownEvent):
        on_tuning_ended.handler(
            replaced(EVENT, "detail.HyperParameterTuningJobStatus", status), None
        )

    assert services.run(run) == run


@pytest.mark.parametrize(
    "job", ["kennel-dev-tuning-abcdefghij", "kennel-test-other-x", "kennel-test-tuning-", ""]
)
def test_a_job_of_another_kind_or_stage_raises(compose: Compose, job: str) -> None:
    compose(fake_services())

    with pytest.raises(UnknownEvent):
        on_tuning_ended.handler(replaced(EVENT, "detail.HyperParameterTuningJobName", job), None)
