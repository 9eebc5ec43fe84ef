from __future__ import annotations

import pytest
from flask import Flask

from dashboard.application import create_app
from tests.fakes.services import fake_services
from tests.support.browsing import browse


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/health"),
        ("POST", "/runs"),
        ("DELETE", "/runs/abcdefghij"),
        ("PUT", "/runs/abcdefghij"),
        ("GET", "/runs/abcdefghij/stop"),
    ],
)
def test_no_other_method_is_taken(method: str, path: str) -> None:
    response = browse(fake_services()).open(path, method=method)

    assert response.status_code == 405
    assert response.get_json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/", "/runs/", "/static/x", "/runs/a/b", "/runs/../health"])
def test_a_path_that_does_not_exist_is_answered_in_json(path: str) -> None:
    response = browse(fake_services()).get(path)

    assert response.status_code == 404
    error = response.get_json()["error"]
    assert error["code"] == "not_found"
    assert error["message"].startswith("The requested URL was not found on the server")


def test_a_bug_is_answered_in_json_without_its_traceback() -> None:
    services = fake_services()
    services.runs.all = lambda: 1 // 0  # type: ignore[method-assign,assignment,return-value]
    app = create_app(services)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    response = app.test_client().get("/runs")

    assert response.status_code == 500
    assert response.get_json()["error"]["code"] == "internal_server_error"
    assert "ZeroDivisionError" not in response.get_data(as_text=True)


def test_each_application_has_services_of_its_own() -> None:
    first, second = fake_services(), fake_services()

    apps: list[Flask] = [create_app(services) for services in (first, second)]

    assert [app.extensions["services"] for app in apps] == [first, second]
