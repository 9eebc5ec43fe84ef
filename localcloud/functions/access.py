"""What a function may reach: credentials of its own role, for its processes and for Lambda's work.

Lambda itself polls queues, writes logs and sends to destinations as the function's role.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from localcloud.aws.account import Clients
from localcloud.functions.function import Function
from localcloud.iam.sessions import Credentials


class Access:
    def __init__(self, endpoint: str, assume: Callable[[Function], Credentials]) -> None:
        self._endpoint = endpoint
        self._assume = assume
        self._lock = threading.Lock()
        self._clients: dict[str, tuple[Credentials, Clients]] = {}

    def environment(self, function: Function) -> Mapping[str, str]:
        """The variables by which any AWS client in the function's process finds its credentials."""
        return self._of(function)[0].environment()

    def clients(self, function: Function) -> Clients:
        return self._of(function)[1]

    def close(self) -> None:
        for _, clients in self._clients.values():
            clients.close()

    def _of(self, function: Function) -> tuple[Credentials, Clients]:
        with self._lock:
            if function.name not in self._clients:
                credentials = self._assume(function)
                clients = Clients(self._endpoint, credentials)
                self._clients[function.name] = (credentials, clients)
            return self._clients[function.name]
