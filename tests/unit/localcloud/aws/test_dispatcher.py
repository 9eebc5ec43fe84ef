"""moto's services are found where moto finds them, and looked for once."""

from __future__ import annotations

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from localcloud.aws.dispatcher import Dispatcher

HOSTS = [
    None,
    "moto_api",
    "dynamodb",
    "s3.us-east-1.amazonaws.com",
    "sqs.eu-central-1.amazonaws.com",
    "events.us-east-1.amazonaws.com",
]


@pytest.mark.parametrize("host", HOSTS)
def test_a_service_is_found_where_moto_finds_it(host: str | None) -> None:
    dispatcher = Dispatcher(create_backend_app)

    found = [dispatcher.get_backend_for_host(host) for _ in range(2)]

    assert found == [DomainDispatcherApplication(create_backend_app).get_backend_for_host(host)] * 2


def test_an_address_is_looked_up_once() -> None:
    dispatcher = Dispatcher(create_backend_app)
    first = dispatcher.get_backend_for_host("s3.us-east-1.amazonaws.com")
    dispatcher.backend_url_patterns = []

    assert dispatcher.get_backend_for_host("s3.us-east-1.amazonaws.com") == first == "s3"
