"""A function's process says only what Lambda's Runtime API knows."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from localcloud.functions.runtime_api import RuntimeApi
from tests.support.raw_http import exchange

ROOT = b"/2018-06-01/runtime"


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    api = RuntimeApi()
    yield api
    api.close()


def post(api: RuntimeApi, path: bytes) -> int:
    sent = b"POST " + ROOT + path + b" HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n{}"
    return exchange(f"http://{api.address}", sent).status


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (b"/init/error", "init_error"),
        (b"/invocation/1-2/response", "response"),
        (b"/invocation/1-2/error", "error"),
    ],
)
def test_a_report_is_taken(api: RuntimeApi, path: bytes, kind: str) -> None:
    assert post(api, path) == 202
    assert api.reports.get(timeout=10).kind == kind


@pytest.mark.parametrize("path", [b"", b"/invocation/next", b"/invocation/1-2/other"])
def test_anything_else_is_refused_and_reports_nothing(api: RuntimeApi, path: bytes) -> None:
    assert post(api, path) == 404
    with pytest.raises(queue.Empty):
        api.reports.get_nowait()


def test_what_is_no_request_is_refused_in_the_runtime_apis_words(api: RuntimeApi) -> None:
    answer = exchange(f"http://{api.address}", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n")

    assert (answer.status, answer.document["errorType"]) == (400, "Bad Request")
