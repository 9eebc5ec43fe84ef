from __future__ import annotations

import pytest

from handlers import on_training_ended
from pipeline.errors import UnknownEvent
from pipeline.names import RunId
from tests.events import RUN, recorded, replaced, without
from tests.fakes.services import Compose, fake_services
from tests.support.job_outputs import leave_training
from tests.support.samples import run_in

EVENT = recorded("on_training_ended")


def test_the_recorded_end_starts_the_evaluation(compose: Compose) -> None:
    run = run_in("training", id=RunId(RUN))
    services = fake_services(run)
    leave_training(services, run)
    compose(services)

    on_training_ended.handler(EVENT, None)

    assert services.run(run).state == "evaluating"
    assert services.jobs.names()[-1:] == [f"kennel-test-evaluation-{RUN}"]


def test_a_failed_job_ends_the_run_with_its_reason(compose: Compose) -> None:
    run = run_in("training", id=RunId(RUN))
    services = fake_services(run)
    compose(services)
    failed = replaced(EVENT, "detail.TrainingJobStatus", "Failed")

    on_training_ended.handler(replaced(failed, "detail.FailureReason", "out of memory"), None)

    assert services.run(run).state == "failed"
    assert "out of memory" in (services.run(run).reason or "")


@pytest.mark.parametrize(
    "missing", ["detail", "detail.TrainingJobName", "detail.TrainingJobStatus"]
)
def test_an_end_without_a_required_key_raises(compose: Compose, missing: str) -> None:
    run = run_in("training", id=RunId(RUN))
    services = fake_services(run)
    compose(services)

    with pytest.raises(KeyError):
        on_training_ended.handler(without(EVENT, missing), None)

    assert services.run(run) == run


@pytest.mark.parametrize("status", ["InProgress", "Stopping", "COMPLETED", "", "Sleeping"])
def test_a_status_that_is_no_end_raises(compose: Compose, status: str) -> None:
    run = run_in("training", id=RunId(RUN))
    services = fake_services(run)
    compose(services)

    with pytest.raises(UnknownEvent):
        on_training_ended.handler(replaced(EVENT, "detail.TrainingJobStatus", status), None)

    assert services.run(run) == run


@pytest.mark.parametrize(
    "job", ["kennel-dev-training-abcdefghij", "kennel-test-other-x", "kennel-test-training-", ""]
)
def test_a_job_of_another_kind_or_stage_raises(compose: Compose, job: str) -> None:
    compose(fake_services())

    with pytest.raises(UnknownEvent):
        on_training_ended.handler(replaced(EVENT, "detail.TrainingJobName", job), None)


def test_a_trial_of_a_tuning_job_raises(compose: Compose) -> None:
    """The rule does not match it; should it ever, no run may take it for its training."""
    compose(fake_services())
    trial = f"kennel-test-tuning-{RUN}-001-0123abcd"

    with pytest.raises(UnknownEvent):
        on_training_ended.handler(replaced(EVENT, "detail.TrainingJobName", trial), None)


def test_a_training_out_of_time_has_failed(compose: Compose) -> None:
    run = run_in("training", id=RunId(RUN))
    services = fake_services(run)
    compose(services)
    stopped = replaced(EVENT, "detail.TrainingJobStatus", "Stopped")

    on_training_ended.handler(
        replaced(stopped, "detail.SecondaryStatus", "MaxRuntimeExceeded"), None
    )

    assert services.run(run).state == "failed"
    assert "it ran longer than 28800 s" in (services.run(run).reason or "")


def test_a_secondary_status_that_nobody_knows_changes_nothing(compose: Compose) -> None:
    run = run_in("training", id=RunId(RUN))
    services = fake_services(run)
    leave_training(services, run)
    compose(services)

    on_training_ended.handler(replaced(EVENT, "detail.SecondaryStatus", "Dancing"), None)

    assert services.run(run).state == "evaluating"
