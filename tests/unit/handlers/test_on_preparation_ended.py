from __future__ import annotations

import pytest

from handlers import on_preparation_ended
from pipeline.errors import UnknownEvent
from pipeline.names import RunId
from tests.events import RUN, recorded, replaced, without
from tests.fakes.services import Compose, fake_services
from tests.support.job_outputs import leave_preparation
from tests.support.samples import run_in

EVENT = recorded("on_preparation_ended")


def test_the_recorded_end_starts_a_tuning(compose: Compose) -> None:
    run = run_in("preparing", id=RunId(RUN))
    services = fake_services(run)
    leave_preparation(services, run)
    compose(services)

    on_preparation_ended.handler(EVENT, None)

    assert services.run(run).state == "tuning"
    assert services.jobs.names()[-1:] == [f"kennel-test-tuning-{RUN}"]


def test_a_failed_job_ends_the_run_with_its_reason(compose: Compose) -> None:
    run = run_in("preparing", id=RunId(RUN))
    services = fake_services(run)
    compose(services)
    failed = replaced(EVENT, "detail.ProcessingJobStatus", "Failed")

    on_preparation_ended.handler(replaced(failed, "detail.FailureReason", "out of memory"), None)

    assert services.run(run).state == "failed"
    assert "out of memory" in (services.run(run).reason or "")


@pytest.mark.parametrize(
    "missing", ["detail", "detail.ProcessingJobName", "detail.ProcessingJobStatus"]
)
def test_an_end_without_a_required_key_raises(compose: Compose, missing: str) -> None:
    run = run_in("preparing", id=RunId(RUN))
    services = fake_services(run)
    compose(services)

    with pytest.raises(KeyError):
        on_preparation_ended.handler(without(EVENT, missing), None)

    assert services.run(run) == run


@pytest.mark.parametrize("status", ["InProgress", "Stopping", "COMPLETED", "", "Sleeping"])
def test_a_status_that_is_no_end_raises(compose: Compose, status: str) -> None:
    run = run_in("preparing", id=RunId(RUN))
    services = fake_services(run)
    compose(services)

    with pytest.raises(UnknownEvent):
        on_preparation_ended.handler(replaced(EVENT, "detail.ProcessingJobStatus", status), None)

    assert services.run(run) == run


@pytest.mark.parametrize(
    "job",
    ["kennel-dev-preparation-abcdefghij", "kennel-test-other-x", "kennel-test-preparation-", ""],
)
def test_a_job_of_another_kind_or_stage_raises(compose: Compose, job: str) -> None:
    compose(fake_services())

    with pytest.raises(UnknownEvent):
        on_preparation_ended.handler(replaced(EVENT, "detail.ProcessingJobName", job), None)
