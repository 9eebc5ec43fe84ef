from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dashboard import wsgi
from handlers import serve_dashboard
from pipeline.names import RunId
from tests.events import RUN, recorded, replaced, without
from tests.fakes.services import Compose, FakeServices, fake_services
from tests.support.samples import run_in

EVENT = recorded("serve_dashboard")


@pytest.fixture
def services(compose: Compose) -> Iterator[FakeServices]:
    services = fake_services(run_in("tuning", id=RunId(RUN)))
    compose(services)
    wsgi.application.cache_clear()
    yield services
    wsgi.application.cache_clear()


def answer(event: dict[str, Any]) -> tuple[int, Any]:
    got = serve_dashboard.handler(event, None)
    return got["statusCode"], json.loads(got["body"])


def test_the_recorded_request_shows_its_run(services: FakeServices) -> None:
    status, body = answer(EVENT)

    assert status == 200
    assert (body["run"], body["state"]) == (RUN, "tuning")


def test_a_posted_stop_stops_the_run(services: FakeServices) -> None:
    event = replaced(replaced(EVENT, "httpMethod", "POST"), "path", f"/runs/{RUN}/stop")

    status, body = answer(event)

    assert (status, body["state"]) == (200, "stopped")


def test_a_path_that_does_not_exist_is_answered_in_json(services: FakeServices) -> None:
    status, body = answer(replaced(EVENT, "path", "/wherever"))

    assert (status, body["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("missing", ["path", "httpMethod"])
def test_a_request_without_a_required_key_raises(services: FakeServices, missing: str) -> None:
    with pytest.raises((KeyError, AttributeError)):
        serve_dashboard.handler(without(EVENT, missing), None)
