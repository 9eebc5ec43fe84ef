"""The dashboard as a browser meets it."""

from __future__ import annotations

from flask.testing import FlaskClient

from dashboard.application import create_app
from tests.fakes.services import FakeServices


def browse(services: FakeServices) -> FlaskClient:
    """A client of the application over these services."""
    return create_app(services).test_client()
