"""A job that a quota keeps out, until it lets it in or the patience ends; one refused for good."""

from __future__ import annotations

import pytest

from pipeline.events import PreparationEnded
from pipeline.run import JOB_KINDS, State
from pipeline.steps.preparation import finish_preparation
from pipeline.steps.reconcile import reconcile_all
from tests.fakes.services import fake_services
from tests.support.job_outputs import leave_preparation
from tests.support.samples import SETTINGS, run_in


def test_a_tuning_over_the_quota_waits_and_is_asked_for_again() -> None:
    run = run_in("preparing")
    services = fake_services(run)
    leave_preparation(services, run)
    services.jobs.refuse("tuning", "Rate exceeded")

    finish_preparation(PreparationEnded(run.id, "Completed"), services)

    refused = services.run(run)
    assert refused.state == "tuning"
    assert refused.quota_wait
    assert refused.quota_wait.reason == "Rate exceeded"
    services.jobs.admit("tuning")
    finish_preparation(PreparationEnded(run.id, "Completed"), services)
    assert services.run(run).quota_wait is None
    assert services.jobs.names() == [f"kennel-test-tuning-{run.id}"]


def test_a_job_over_the_quota_is_asked_for_until_the_patience_ends() -> None:
    run = run_in("training")
    services = fake_services(run)
    services.jobs.refuse("training")
    for _ in range(24):
        reconcile_all(services)
        assert services.run(run).state == "training"
        services.clock.advance(hours=1)

    reconcile_all(services)

    assert services.run(run).state == "failed"
    assert "for 24 h (limit is 0 Instances): raise the quota" in (services.run(run).reason or "")


def test_an_evaluation_over_the_quota_is_not_asked_for_for_ever() -> None:
    """Its model exists already, and asking for that one again must not begin the wait anew."""
    run = run_in("evaluating", jobs={})
    services = fake_services(run)
    services.jobs.refuse("evaluation")
    for _ in range(25):
        reconcile_all(services)
        services.clock.advance(hours=1)

    assert services.run(run).state == "failed"


def test_a_job_let_in_by_the_quota_at_last_waits_no_more() -> None:
    run = run_in("training")
    services = fake_services(run)
    services.jobs.refuse("training")
    reconcile_all(services)
    services.jobs.admit("training")

    reconcile_all(services)

    assert services.run(run).quota_wait is None
    assert services.jobs.names() == [f"kennel-test-training-{run.id}"]


FORBIDDEN = "User: somebody is not authorized to perform: sagemaker:CreateSomeJob"


@pytest.mark.parametrize("state", ["preparing", "tuning", "training", "evaluating"])
def test_a_job_that_may_not_be_created_waits_visibly_for_the_permission(state: State) -> None:
    run = run_in(state, jobs={})
    services = fake_services(run)
    services.jobs.forbid(JOB_KINDS[state], FORBIDDEN)

    reconcile_all(services)

    waiting = services.run(run)
    assert waiting.state == state
    assert waiting.quota_wait
    assert waiting.quota_wait.reason == FORBIDDEN
    services.jobs.admit(JOB_KINDS[state])
    reconcile_all(services)
    assert services.run(run).quota_wait is None
    assert JOB_KINDS[state] in services.run(run).jobs


def test_a_job_that_may_not_be_created_for_a_day_fails_its_run_and_says_who_must_act() -> None:
    run = run_in("tuning", jobs={})
    services = fake_services(run)
    services.jobs.forbid("tuning", FORBIDDEN)

    for _ in range(25):
        reconcile_all(services)
        services.clock.advance(hours=1)

    failed = services.run(run)
    assert failed.state == "failed"
    assert failed.reason == (
        f"SageMaker refused kennel-test-tuning-{run.id} for 24 h ({FORBIDDEN}): deploy the stack "
        "anew, which gives the role this permission, or have the account's policies allow it"
    )


@pytest.mark.parametrize("state", ["preparing", "tuning", "training", "evaluating"])
def test_a_job_that_sagemaker_never_takes_ends_its_run_with_the_reason(state: State) -> None:
    run = run_in(state, jobs={})
    services = fake_services(run)
    services.jobs.refuse_for_good(JOB_KINDS[state], "no instance type ml.m5.xlarg")

    reconcile_all(services)

    failed = services.run(run)
    assert failed.state == "failed"
    assert failed.reason == (
        f"SageMaker refuses {run.job_name(JOB_KINDS[state], SETTINGS)}: "
        "no instance type ml.m5.xlarg"
    )
