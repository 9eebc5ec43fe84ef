"""One client's connection: a request, its answer, the next request.

h11 knows the protocol. Whatever a client sends gets an answer in the front's own words, and no
thread waits for the rest of a request longer than the front's patience.
"""

from __future__ import annotations

import contextlib
import http
import logging
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate

import h11

from localcloud.sagemaker.http.messages import Request, Response

logger = logging.getLogger(__name__)

_CHUNK = 65536
# Lambda's runtime client puts a whole error, up to 1 MB of it, into a header.
_HEAD_LIMIT = 2 * 1024 * 1024
_TARGET = re.compile(r"(?:https?://[^/?#]+)?(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?")
_LENGTH = "content-length"
_OWN_HEADERS = {"connection", _LENGTH, "date", "server", "transfer-encoding"}
_BODILESS = {http.HTTPStatus.NO_CONTENT, http.HTTPStatus.NOT_MODIFIED}
_DRAIN_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Front:
    """Who answers: requests with `answer`, what is no request with `refuse`."""

    name: str
    answer: Callable[[Request], Response | None]  # None hangs up without an answer
    refuse: Callable[[int, str], Response]
    body_limit: int
    patience: float = 30.0  # seconds to wait for the rest of a request


class _Refused(Exception):
    """What came is no request: the client gets this status, and the connection ends."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Connection:
    def __init__(self, client: socket.socket, source: str, front: Front) -> None:
        self._socket = client
        self._source = source
        self._front = front
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_LIMIT)

    def serve(self) -> None:
        """Answer until the client has gone or cannot be understood."""
        with self._socket, contextlib.suppress(OSError):
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while self._exchange():
                self._http.start_next_cycle()

    def _exchange(self) -> bool:
        """One request and its answer; whether the connection can carry another."""
        try:
            request = self._received()
        except _Refused as refused:
            self._send("", self._front.refuse(refused.status, str(refused)), last=True)
            self._drain()
            return False
        if request is None:
            return False
        response = self._answer(request)
        if response is None:
            return False
        try:
            self._send(request.method, response)
        except (h11.LocalProtocolError, UnicodeError) as error:
            logger.warning("%s: no HTTP response to %s: %s", self._front.name, request.path, error)
            self._send(request.method, self._front.refuse(500, str(error)))
        return self._http.states == {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}

    def _received(self) -> Request | None:
        head = self._next_event()
        if not isinstance(head, h11.Request):
            return None  # the client has hung up
        target = _TARGET.fullmatch(head.target.decode("latin-1"))
        if target is None:
            raise _Refused(400, "illegal request target")
        return Request(
            method=head.method.decode("latin-1"),
            path=target["path"],
            query=target["query"] or "",
            headers=[
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in head.headers.raw_items()
            ],
            body=self._body(head),
            source=self._source,
        )

    def _body(self, head: h11.Request) -> bytes:
        limit = self._front.body_limit
        declared = int(dict(head.headers).get(b"content-length", b"0"))
        if declared <= limit and self._http.they_are_waiting_for_100_continue:
            self._write(h11.InformationalResponse(status_code=100, headers=[]))
        body = bytearray()
        while max(declared, len(body)) <= limit:
            event = self._next_event()
            if not isinstance(event, h11.Data):
                return bytes(body)
            body += event.data
        raise _Refused(413, f"the body is longer than {limit} bytes")

    def _next_event(self) -> object:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                idle = self._http.their_state is h11.IDLE and not self._http.trailing_data[0]
                self._socket.settimeout(None if idle else self._front.patience)
                self._http.receive_data(self._socket.recv(_CHUNK))
        except h11.RemoteProtocolError as error:
            raise _Refused(error.error_status_hint, str(error)) from error
        except TimeoutError as error:
            raise _Refused(408, "the request was not completed in time") from error
        return event

    def _answer(self, request: Request) -> Response | None:
        try:
            return self._front.answer(request)
        except Exception as error:
            # The server's boundary: a defect of a front is told to its client, as AWS would.
            logger.exception("%s failed to answer %s", self._front.name, request.path)
            return self._front.refuse(500, f"{type(error).__name__}: {error}")

    def _send(self, method: str, response: Response, *, last: bool = False) -> None:
        head = _head(method, response, last=last)
        body = response.body
        if method == "HEAD" or response.status in _BODILESS:
            body = b""
        self._socket.settimeout(self._front.patience)
        if isinstance(body, bytes):
            # In one packet: of two, the second waits 44 ms for the first to be acknowledged.
            self._write(head, h11.Data(data=body), h11.EndOfMessage())
            return
        self._write(head)
        for piece in body:
            self._write(h11.Data(data=piece))
        self._write(h11.EndOfMessage())

    def _write(self, *parts: h11.Event) -> None:
        self._socket.sendall(b"".join(self._http.send(part) or b"" for part in parts))

    def _drain(self) -> None:
        """Read what is still coming: closed with bytes unread, the answer would be lost."""
        self._socket.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + _DRAIN_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            if not self._socket.recv(_CHUNK):
                return


def _head(method: str, response: Response, *, last: bool) -> h11.Response:
    headers = [
        (name.encode("ascii"), value.strip().encode())
        for name, value in response.headers
        if name.lower() not in _OWN_HEADERS
    ]
    headers.append((b"Date", formatdate(usegmt=True).encode()))
    if isinstance(response.body, bytes) and response.status not in _BODILESS:
        length = str(len(response.body))
        if method == "HEAD":  # the front may know what a GET would give
            length = next((v for k, v in response.headers if k.lower() == _LENGTH), length)
        headers.append((b"Content-Length", length.encode()))
    if last:
        headers.append((b"Connection", b"close"))
    return h11.Response(
        status_code=response.status, reason=_phrase(response.status), headers=headers
    )


def _phrase(status: int) -> bytes:
    try:
        return http.HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""
