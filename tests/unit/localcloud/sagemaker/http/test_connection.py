"""Whatever a client sends, it is answered, and the server lives on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from localcloud.sagemaker.http.connection import Front
from localcloud.sagemaker.http.messages import Request, Response
from localcloud.sagemaker.http.server import LoopbackServer
from tests.support.raw_http import connect, exchange, read_answer

LIMIT = 1000
HEAD = b"POST /a?b=%20 HTTP/1.1\r\nHost: here\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def echo(request: Request) -> Response | None:
    match request.path:
        case "/defect":
            raise ValueError("a defect")
        case "/hang-up":
            return None
        case "/split-header":
            return Response(status=200, headers=[("X-Split", "a\r\nX-More: b")])
        case "/stream":
            return Response(status=200, body=iter([b"one", b"two"]))
        case "/empty":
            return Response(status=204, body=b"never sent")
    told = f"{request.method} {request.path} {request.query} ".encode()
    return Response(status=200, headers=[("X-Own", "é")], body=told + request.body)


def refuse(status: int, reason: str) -> Response:
    return Response(status=status, body=reason.encode())


@contextmanager
def serving(*, patience: float) -> Iterator[LoopbackServer]:
    front = Front(name="echo", answer=echo, refuse=refuse, body_limit=LIMIT, patience=patience)
    server = LoopbackServer(front)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def url() -> Iterator[str]:
    with serving(patience=60) as server:
        yield server.url


def test_a_request_is_answered(url: str) -> None:
    answer = exchange(url, HEAD + b"Content-Length: 4\r\n\r\nbody")

    assert (answer.status, answer.body) == (200, b"POST /a b=%20 body")
    assert answer.headers["X-Own"].encode("latin-1").decode() == "é"


def test_a_chunked_body_is_put_together(url: str) -> None:
    answer = exchange(url, CHUNKED + b"2\r\nbo\r\n2;x=y\r\ndy\r\n0\r\n\r\n")

    assert answer.body.endswith(b" body")


def test_a_connection_carries_many_requests_also_sent_ahead(url: str) -> None:
    last = HEAD + b"Connection: close\r\nContent-Length: 1\r\n\r\n2"
    with connect(url) as connection, connection.makefile("rb") as answers:
        connection.sendall(HEAD + b"Content-Length: 1\r\n\r\n1" + last)

        assert answers.read().count(b"HTTP/1.1 200 OK\r\n") == 2
    with requests.Session() as session:
        bodies = [session.post(url, data=str(n), timeout=10).content[-1:] for n in range(3)]
    assert bodies == [b"0", b"1", b"2"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", 400),  # TLS
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),  # HTTP/0.9
        (b"GET /a b HTTP/1.1\r\nHost: here\r\n\r\n", 400),
        (b"GET /\xc3\xa4 HTTP/1.1\r\nHost: here\r\n\r\n", 400),
        (b"GET nowhere HTTP/1.1\r\nHost: here\r\n\r\n", 400),
        (b"GET http://[ HTTP/1.1\r\nHost: here\r\n\r\n", 400),
        (b"OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # no Host
        (HEAD + b"No colon\r\n\r\n", 400),
        (HEAD + b"Content-Length: -5\r\n\r\n", 400),
        (HEAD + b"Content-Length: five\r\n\r\n", 400),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (HEAD + b"Content-Length: 1001\r\n\r\n", 413),
        (HEAD + b"Content-Length: " + b"9" * 18 + b"\r\n\r\n", 413),
        (HEAD + b"Content-Length: " + b"9" * 99 + b"\r\n\r\n", 400),
        (HEAD + b"X-Long: " + b"x" * 3_000_000 + b"\r\n\r\n", 431),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (CHUNKED + b"-1\r\n", 400),
        (CHUNKED + b"zz\r\n", 400),
        (CHUNKED + b"1\r\nab\r\n", 400),
        (CHUNKED + b"3e9\r\n" + b"x" * 1001 + b"\r\n", 413),
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_ends(
    url: str, sent: bytes, status: int
) -> None:
    with connect(url) as connection:
        connection.sendall(sent)
        answer = read_answer(connection)

        assert (answer.status, answer.headers["Connection"]) == (status, "close")
        assert connection.recv(1) == b""


@pytest.mark.parametrize(
    "sent", [b"POST / HT", HEAD + b"Content-Length: 5\r\n\r\nbo", CHUNKED + b"5\r\nbo"]
)
def test_a_request_that_is_never_completed_holds_no_thread(sent: bytes) -> None:
    with serving(patience=0.05) as server:
        assert exchange(server.url, sent).status == 408


def test_a_client_that_leaves_in_the_middle_does_no_harm(url: str) -> None:
    with connect(url) as connection:
        connection.sendall(HEAD + b"Content-Length: 5\r\n\r\nbo")

    assert requests.get(url, timeout=10).status_code == 200


def test_a_client_that_waits_for_leave_to_send_gets_it(url: str) -> None:
    with connect(url) as connection:
        connection.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        leave = connection.recv(100)
        connection.sendall(b"body")

        assert leave.startswith(b"HTTP/1.1 100 ")
        assert read_answer(connection).body.endswith(b" body")


def test_a_body_that_would_be_too_long_gets_no_leave(url: str) -> None:
    answer = exchange(url, HEAD + b"Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n")

    assert answer.status == 413


@pytest.mark.parametrize("path", ["/defect", "/split-header"])
def test_a_defect_of_the_front_is_told(url: str, path: str) -> None:
    with requests.Session() as session:
        statuses = [session.get(address, timeout=10).status_code for address in (url + path, url)]

    assert statuses == [500, 200]


def test_a_front_may_hang_up(url: str) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/hang-up", timeout=10)


def test_an_answer_without_a_body_has_none(url: str) -> None:
    with requests.Session() as session:
        nothing = session.get(f"{url}/empty", timeout=10)
        head = session.head(url, timeout=10)
        after = session.get(url, timeout=10)

    assert (nothing.status_code, nothing.content, "Content-Length" in nothing.headers) == (
        204,
        b"",
        False,
    )
    assert (head.content, head.headers["Content-Length"]) == (b"", "8")
    assert after.status_code == 200


def test_a_streamed_answer_comes_in_pieces_and_the_connection_goes_on(url: str) -> None:
    with requests.Session() as session:
        answers = [session.get(f"{url}/stream", timeout=10, stream=True) for _ in range(2)]
        pieces = [list(answer.raw.stream()) for answer in answers]

    assert answers[0].headers["Transfer-Encoding"] == "chunked"
    assert pieces == [[b"one", b"two"]] * 2


def test_stopping_ends_idle_connections() -> None:
    with serving(patience=60) as server, connect(server.url) as connection:
        connection.sendall(HEAD + b"Content-Length: 0\r\n\r\n")
        read_answer(connection)

        server.stop()

        assert connection.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        connect(server.url)
