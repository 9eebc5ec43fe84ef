from __future__ import annotations

from handlers import reconcile
from tests.events import recorded
from tests.fakes.services import Compose, fake_services
from tests.support.samples import run_in


def test_the_recorded_schedule_asks_again_for_a_job_that_was_never_created(
    compose: Compose,
) -> None:
    run = run_in("tuning")
    services = fake_services(run)
    compose(services)

    reconcile.handler(recorded("reconcile"), None)

    assert services.jobs.names() == [f"kennel-test-tuning-{run.id}"]


def test_the_schedule_s_event_may_hold_anything(compose: Compose) -> None:
    services = fake_services()
    compose(services)

    reconcile.handler({}, None)

    assert services.jobs.names() == []
