"""A WSGI application behind the local cloud's own server: moto is one."""

from __future__ import annotations

import io
import sys
from urllib.parse import unquote

from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)

from localcloud.aws.applications import Application, Environ
from localcloud.sagemaker.http.messages import Pairs, Request, Response

# The server has put the body together: how it came no longer matters.
_FRAMING = {"CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT"}


def call(application: Application, request: Request) -> Response:
    """The application's response to one request."""
    begun: list[tuple[int, Pairs]] = []

    def start(status: str, headers: Pairs, exc_info: object = None) -> None:  # noqa: ARG001
        begun[:] = [(int(status.split(" ", 1)[0]), headers)]

    answer = application(environ(request), start)
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    ((status, headers),) = begun
    return Response(status=status, headers=headers, body=body)


def environ(request: Request) -> Environ:
    """The request as WSGI has it; header names that moto wants to see unchanged are kept."""
    query = f"?{request.query}" if request.query else ""
    host, _, port = (request.header("host") or "localhost").partition(":")
    return {
        **_headers(request.headers),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(request.path).encode().decode("latin-1"),
        "QUERY_STRING": request.query,
        "RAW_URI": f"{request.path}{query}",
        "REMOTE_ADDR": request.source,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(request.body)),
    }


def _headers(headers: Pairs) -> Environ:
    """WSGI folds `_` and `-`: of two names that differ in that alone, the one with `-` wins."""
    dashed: dict[str, str] = {}
    preserved: dict[str, str] = {}
    names: dict[str, str] = {}
    for name, value in headers:
        key = environ_key_for_header(name)
        if "_" not in name:
            dashed[key] = f"{dashed[key]},{value}" if key in dashed else value
        elif should_preserve_original_header_name(name):
            names.setdefault(key, name)
            preserved[key] = f"{preserved[key]},{value}" if key in preserved else value
    found = {name: value for name, value in {**preserved, **dashed}.items() if name not in _FRAMING}
    kept = {key: name for key, name in names.items() if key not in dashed}
    return {**found, PRESERVED_HEADER_NAMES_ENVIRON_KEY: kept}
