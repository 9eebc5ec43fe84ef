"""The endpoints at work, by name."""

from __future__ import annotations

import threading

from localcloud.sagemaker.endpoints.endpoint import Endpoint
from localcloud.sagemaker.endpoints.errors import not_found


class Endpoints:
    def __init__(self, account: str) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._endpoints: dict[str, Endpoint] = {}

    def add(self, endpoint: Endpoint) -> None:
        with self._lock:
            self._endpoints[endpoint.record.name] = endpoint

    def get(self, name: str) -> Endpoint:
        with self._lock:
            endpoint = self._endpoints.get(name)
        if endpoint is None or endpoint.record.status == "Deleted":
            raise not_found(name, self._account)
        return endpoint

    def close(self) -> None:
        with self._lock:
            endpoints = list(self._endpoints.values())
        for endpoint in endpoints:
            endpoint.close()
