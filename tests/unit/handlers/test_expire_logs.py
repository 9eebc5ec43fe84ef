from __future__ import annotations

from datetime import timedelta

from handlers import expire_logs
from tests.events import recorded
from tests.fakes.services import Compose, fake_services
from tests.fakes.surroundings import NOON


def test_what_this_stage_s_jobs_wrote_is_deleted_after_its_days(compose: Compose) -> None:
    services = fake_services()
    old, young = NOON - timedelta(days=31), NOON - timedelta(days=29)
    services.job_logs.streams.update(
        {
            "kennel-test-training-k1/algo-1-1": old,
            "kennel-test-training-k2/algo-1-1": young,
            "somebody-else/algo-1-1": old,
            "kennel-testing-training-k3/algo-1-1": old,
        }
    )
    compose(services)

    expire_logs.handler(recorded("expire_logs"), None)

    assert set(services.job_logs.streams) == {
        "kennel-test-training-k2/algo-1-1",
        "somebody-else/algo-1-1",
        "kennel-testing-training-k3/algo-1-1",
    }


def test_the_schedule_s_event_may_hold_anything(compose: Compose) -> None:
    services = fake_services()
    compose(services)

    expire_logs.handler({}, None)

    assert services.telemetry.messages == ["logs of jobs expired"]
