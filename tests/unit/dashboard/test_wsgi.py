from __future__ import annotations

import pytest
from werkzeug.test import Client

from dashboard import wsgi
from tests.fakes.services import fake_services


def test_the_application_is_composed_at_its_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    composed: list[str] = []

    def services() -> object:
        composed.append("once")
        return fake_services()

    monkeypatch.setattr(wsgi, "services", services)
    wsgi.application.cache_clear()
    client = Client(wsgi.app)
    assert composed == []

    answers = [client.get("/health").status_code for _ in range(2)]

    wsgi.application.cache_clear()
    assert answers == [200, 200]
    assert composed == ["once"]
