"""WSGI applications: what answers one request, in front of moto's or instead of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from localcloud.iam.requests.answers import Answer

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


def answering(answer: Answer) -> Application:
    """An application that says nothing else; what the client still sends is read and forgotten."""

    def application(environ: Environ, start: Start) -> Iterable[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {**answer.headers, "Content-Length": str(len(answer.body))}
        start(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(headers.items()))
        return [answer.body]

    return application
