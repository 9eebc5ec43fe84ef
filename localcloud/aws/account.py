"""The one account of the local cloud: fixed number, region and keys, valid on this machine only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from boto3.session import Session
from botocore.config import Config

from localcloud.sagemaker.keys import ADMINISTRATOR, Keys, client_environment

NUMBER = "123456789012"
REGION = "us-east-1"

# The local cloud answers at once or is gone: long patience would only hide that.
_CONFIG = Config(
    retries={"total_max_attempts": 3, "mode": "standard"},
    connect_timeout=5,
    read_timeout=120,
    max_pool_connections=50,
)


def environment(endpoint: str) -> dict[str, str]:
    """What the administrator's clients need to talk to the local cloud instead of AWS."""
    return client_environment(ADMINISTRATOR, endpoint=endpoint, region=REGION)


def without_aws(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without its AWS settings: no profile may lead to a real account."""
    return {name: value for name, value in environment.items() if not name.startswith("AWS_")}


def request_id() -> str:
    """An id in the looks of S3's request ids."""
    return secrets.token_hex(8).upper()


class Clients:
    """boto3 clients of the local cloud, one per service, shared between threads."""

    def __init__(self, endpoint: str, keys: Keys = ADMINISTRATOR) -> None:
        self._session = Session(
            keys.key,
            keys.secret,
            keys.token,
            region_name=REGION,
        )
        self._endpoint = endpoint
        self._clients: dict[str, Any] = {}

    def __getitem__(self, service: str) -> Any:
        return self._clients.get(service) or self._clients.setdefault(service, self._make(service))

    def _make(self, service: str) -> Any:
        session: Any = self._session  # boto3-stubs want a literal name
        return session.client(service, endpoint_url=self._endpoint, config=_CONFIG)

    def queue_url(self, arn: str) -> str:
        """The address of a queue, which is made from its name."""
        return f"{self._endpoint}/{NUMBER}/{arn.rpartition(':')[2]}"

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
