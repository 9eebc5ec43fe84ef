"""API Gateway's front: HTTP on loopback, signatures checked, requests handed to functions."""

import http
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from localcloud.functions.invocation import Functions, PayloadTooLarge, Throttled
from localcloud.rest import signature
from localcloud.rest.events import Request, Response, message, proxy_event, response_of
from localcloud.rest.routes import RestApi

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_BODY_LIMIT = 10 * 1024 * 1024
_OWN_HEADERS = {"content-length", "connection", "transfer-encoding", "date", "server"}


class RestFront:
    """Serves one REST API below the path of its stage; a test may also call `answer` directly."""

    def __init__(self, api: RestApi, functions: Functions) -> None:
        self._api = api
        self._functions = functions
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _requests_of(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, name="rest-front"
        )

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/{self._api.stage}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: Request) -> Response:
        """The response to a request whose path still has the stage in front."""
        stage, _, rest = request.path.removeprefix("/").partition("/")
        if stage != self._api.stage:
            return message(403, "Forbidden", "ForbiddenException")
        match = self._api.match(request.method, f"/{rest}")
        if match is None:  # API Gateway says so for paths that it does not know
            return message(
                403, "Missing Authentication Token", "MissingAuthenticationTokenException"
            )
        if match.route.signed:
            try:
                signature.verify(
                    request.method, self._signed_url(request), dict(request.headers), request.body
                )
            except signature.Forbidden as error:
                return message(403, str(error), error.kind)
        below = Request(
            method=request.method,
            path=f"/{rest}",
            query=request.query,
            headers=request.headers,
            body=request.body,
            source=request.source,
        )
        return self._invoke(match.route.function, proxy_event(below, match, self._api))

    def _signed_url(self, request: Request) -> str:
        query = f"?{request.query}" if request.query else ""
        return f"http://{request.header('host') or self.host}{request.path}{query}"

    def _invoke(self, function: str, event: dict[str, Any]) -> Response:
        try:
            outcome = self._functions.invoke(function, json.dumps(event).encode())
        except Throttled:
            return message(429, "Too Many Requests", "TooManyRequestsException")
        except PayloadTooLarge:
            return message(413, "Request Too Long", "RequestEntityTooLargeException")
        return response_of(outcome, self._api)


class _Requests(BaseHTTPRequestHandler):
    """One connection; keeps it open between requests, and never waits for a full packet."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    front: RestFront

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _BODY_LIMIT:
            self.close_connection = True
            self._send(message(413, "Request Too Long", "RequestEntityTooLargeException"))
            return
        address = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=address.path,
            query=address.query,
            headers=list(self.headers.items()),
            body=self.rfile.read(length),
            source=str(self.client_address[0]),
        )
        self._send(self.front.answer(request))

    def _send(self, response: Response) -> None:
        self.send_response(response.status, _phrase(response.status))
        for name, value in response.headers:
            if name.lower() not in _OWN_HEADERS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """No access log: the function's own log tells."""


def _requests_of(front: RestFront) -> type[_Requests]:
    methods = {f"do_{method}": _Requests.handle_any for method in _METHODS}
    return type("Requests", (_Requests,), {"front": front, **methods})


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""
