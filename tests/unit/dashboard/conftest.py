from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from dashboard.application import create_app
from tests.fakes.services import FakeServices

Browse = Callable[[FakeServices], FlaskClient]


@pytest.fixture
def browse() -> Browse:
    """A client of the application over these services."""

    def client(services: FakeServices) -> FlaskClient:
        return create_app(services).test_client()

    return client
