from __future__ import annotations

from werkzeug.test import Client

from dashboard import wsgi
from pipeline import bootstrap
from tests.fakes.services import fake_services


def test_the_application_is_composed_at_its_first_request() -> None:
    wsgi.application.cache_clear()
    client = Client(wsgi.app)
    made_before = wsgi.application.cache_info().misses

    with bootstrap.instead(fake_services()):
        answers = [client.get("/health").status_code for _ in range(2)]

    made = wsgi.application.cache_info().misses
    wsgi.application.cache_clear()
    assert answers == [200, 200]
    assert (made_before, made) == (0, 1)
