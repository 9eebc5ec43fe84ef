"""Lambda's Runtime API for one function process: it asks for work, and answers or fails."""

import contextlib
import queue
import socket
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal

from localcloud.functions.invocation import Invocation

_ROOT = "/2018-06-01/runtime"


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
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self.reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, name=f"runtime-api {self.address}").start()

    def offer(self, work: Work) -> None:
        self._work.put(work)

    def next_work(self) -> Work | None:
        """Block until there is work; None when the process is no longer wanted."""
        self.reports.put(Report("ready"))
        return self._work.get()

    def close(self) -> None:
        self._work.put(None)
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the accepting thread
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=(connection, address), daemon=True).start()

    def _serve(self, connection: socket.socket, address: tuple[str, int]) -> None:
        with connection, contextlib.suppress(ConnectionError):
            handler: Any = _Requests  # http.server wants a whole server; it only passes it on
            handler(connection, address, self)


class _Requests(BaseHTTPRequestHandler):
    """The requests of one connection; without buffering and Nagle each would cost 44 ms."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Any

    def do_GET(self) -> None:
        if self.path != f"{_ROOT}/invocation/next":
            self._answer(404, b"{}")
            return
        work = self.server.next_work()
        if work is None:
            self.close_connection = True
        else:
            self._answer(200, work.invocation.payload, _work_headers(work))

    def do_POST(self) -> None:
        body = self._body()
        _, _, path = self.path.partition(_ROOT)
        match path.strip("/").split("/"):
            case ["init", "error"]:
                self.server.reports.put(Report("init_error", body))
            case ["invocation", invocation, "response"]:
                self.server.reports.put(Report("response", body, invocation))
            case ["invocation", invocation, "error"]:
                self.server.reports.put(Report("error", body, invocation))
        self._answer(202, b'{"status":"OK"}')

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _chunks(self) -> Any:
        while size := int(self.rfile.readline().strip() or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """No access log: the function's own log is elsewhere."""


def _work_headers(work: Work) -> dict[str, str]:
    return {
        "Lambda-Runtime-Aws-Request-Id": work.invocation.id,
        "Lambda-Runtime-Deadline-Ms": str(int(work.deadline * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": work.function_arn,
        "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{work.invocation.id[-12:]:0>24}",
    }
