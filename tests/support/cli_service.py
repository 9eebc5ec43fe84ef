"""A small HTTP server that plays Kennel's API and SageMaker's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from typer.testing import Result

from localcloud.sagemaker.http.connection import Front
from localcloud.sagemaker.http.messages import Request, Response
from localcloud.sagemaker.http.server import LoopbackServer

BUCKET = "kennel-test"
Kennel = Callable[..., Result]


@dataclass
class Service:
    """Answers with what a test laid in: by `METHOD path`, or by SageMaker operation.

    A path with a query has an answer of its own, or that of the path alone.

    A list of answers is given one by one; its last one again and again.
    """

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def answer(self, name: str, headers: dict[str, str]) -> tuple[int, Any]:
        self.requests.append((name, headers))
        unknown = (404, {"error": {"code": "?", "message": f"no {name}"}})
        answer = self.answers.get(name, self.answers.get(name.partition("?")[0], unknown))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer if isinstance(answer, tuple) else (200, answer)


@contextmanager
def serving() -> Iterator[Service]:
    service = Service()

    def answer(request: Request) -> Response:
        target = request.header("x-amz-target").rpartition(".")[2]
        query = f"?{request.query}" if request.query else ""
        status, content = service.answer(
            target or f"{request.method} {request.path}{query}", dict(request.headers)
        )
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return Response(status=status, body=body)

    def refuse(status: int, reason: str) -> Response:
        raise AssertionError(f"{status}: {reason}")

    server = LoopbackServer(
        Front(name="played service", answer=answer, refuse=refuse, body_limit=2**30)
    )
    service.url = server.url
    server.start()
    try:
        yield service
    finally:
        server.stop()
