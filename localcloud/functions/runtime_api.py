"""Lambda's Runtime API for one function process: it asks for work, and answers or fails."""

from __future__ import annotations

import http
import json
import queue
import time
from dataclasses import dataclass
from typing import Literal

from localcloud.functions.invocation import Invocation
from localcloud.sagemaker.http.connection import Front
from localcloud.sagemaker.http.messages import Request, Response
from localcloud.sagemaker.http.server import LoopbackServer

_ROOT = "/2018-06-01/runtime"
_JSON = [("Content-Type", "application/json")]
_BODY_LIMIT = 64 * 1024 * 1024  # far above what a function may answer: the runner refuses that


@dataclass(frozen=True)
class Report:
    """What a process said: ready for work, a response, an error, or that it cannot even start."""

    kind: Literal["ready", "response", "error", "init_error", "exit"]
    body: bytes = b""
    invocation: str | None = None

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass(frozen=True)
class Work:
    invocation: Invocation
    function_arn: str
    deadline: float  # seconds since the epoch


class RuntimeApi:
    """Listens on a port of its own, so that a connection tells which process speaks."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self.reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._server = LoopbackServer(
            Front(name="runtime-api", answer=self._answer, refuse=_refusal, body_limit=_BODY_LIMIT)
        )
        self.address = self._server.address
        self._server.start()

    def offer(self, work: Work) -> None:
        self._work.put(work)

    def close(self) -> None:
        self._work.put(None)
        self._server.stop()

    def _answer(self, request: Request) -> Response | None:
        match request.method, request.path.removeprefix(_ROOT).strip("/").split("/"):
            case "GET", ["invocation", "next"]:
                return self._next_work()
            case "POST", ["init", "error"]:
                self.reports.put(Report("init_error", request.body))
            case "POST", ["invocation", invocation, "response"]:
                self.reports.put(Report("response", request.body, invocation))
            case "POST", ["invocation", invocation, "error"]:
                self.reports.put(Report("error", request.body, invocation))
            case _:
                return _refusal(404, f"no {request.method} {request.path}")
        return Response(status=202, headers=_JSON, body=b'{"status":"OK"}')

    def _next_work(self) -> Response | None:
        """Block until there is work; hang up when the process is no longer wanted."""
        self.reports.put(Report("ready"))
        work = self._work.get()
        if work is None:
            return None
        return Response(
            status=200, headers=[*_work_headers(work), *_JSON], body=work.invocation.payload
        )


def _refusal(status: int, reason: str) -> Response:
    body = {"errorType": http.HTTPStatus(status).phrase, "errorMessage": reason}
    return Response(status=status, headers=_JSON, body=json.dumps(body).encode())


def _work_headers(work: Work) -> list[tuple[str, str]]:
    trace = f"Root=1-{int(time.time()):08x}-{work.invocation.id[-12:]:0>24}"
    return [
        ("Lambda-Runtime-Aws-Request-Id", work.invocation.id),
        ("Lambda-Runtime-Deadline-Ms", str(int(work.deadline * 1000))),
        ("Lambda-Runtime-Invoked-Function-Arn", work.function_arn),
        ("Lambda-Runtime-Trace-Id", trace),
    ]
