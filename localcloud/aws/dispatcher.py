"""moto's own dispatcher to its services, which looks each address up once."""

from __future__ import annotations

from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication


class Dispatcher(DomainDispatcherApplication):
    """moto lists a folder of 200 services and tries their patterns, under a lock, each time.

    Hundreds of system calls a request, at each of which another thread takes the interpreter:
    sixteen clients at once wait for one another most of their time.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._found: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        """Always called under the dispatcher's lock; hosts are regions' and services', so few."""
        if host not in self._found:
            self._found[host] = super().get_backend_for_host(host)
        return self._found[host]
