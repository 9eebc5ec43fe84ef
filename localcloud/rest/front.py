"""API Gateway's front: HTTP on loopback, signatures checked, requests handed to functions."""

from __future__ import annotations

import http
import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from localcloud.functions.invocation import Functions, PayloadTooLarge, Throttled
from localcloud.iam.authority import AccessDenied, Authority
from localcloud.rest.claims import Forbidden
from localcloud.rest.events import message, proxy_event, response_of
from localcloud.rest.gatekeeper import Gatekeeper, denied
from localcloud.rest.routes import RestApi
from localcloud.sagemaker.http.connection import Front
from localcloud.sagemaker.http.messages import Request, Response
from localcloud.sagemaker.http.server import LoopbackServer

_BODY_LIMIT = 10 * 1024 * 1024
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_TOO_LONG = ("Request Too Long", "RequestEntityTooLargeException")


class RestFront:
    """Serves one REST API below the path of its stage; a test may also call `answer` directly."""

    def __init__(self, api: RestApi, functions: Functions, authority: Authority) -> None:
        self._api = api
        self._functions = functions
        self._gate = Gatekeeper(api, authority)
        self._server = LoopbackServer(
            Front(name="rest-front", answer=self.answer, refuse=_refusal, body_limit=_BODY_LIMIT)
        )

    @property
    def host(self) -> str:
        return self._server.address

    @property
    def url(self) -> str:
        return f"{self._server.url}/{self._api.stage}"

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def answer(self, request: Request) -> Response:
        """The response to a request whose path still has the stage in front."""
        if _BAD_ESCAPE.search(f"{request.path}?{request.query}"):
            return _refusal(400, "bad percent-encoding")
        stage, _, rest = request.path.removeprefix("/").partition("/")
        if stage != self._api.stage:
            return message(403, "Forbidden", "ForbiddenException")
        match = self._api.match(request.method, f"/{rest}")
        if match is None:  # API Gateway says so for paths that it does not know
            return message(
                403, "Missing Authentication Token", "MissingAuthenticationTokenException"
            )
        try:
            caller = self._gate.admit(request, f"/{unquote(rest)}") if match.route.signed else None
        except Forbidden as error:
            return message(403, str(error), error.kind)
        except AccessDenied as denial:
            return denied(denial)
        try:
            self._gate.check_invocation(request, match)
        except AccessDenied:
            return _refusal(500, "the function does not let this API invoke it")
        below = replace(request, path=f"/{rest}")
        return self._invoke(match.route.function, proxy_event(below, match, self._api, caller))

    def _invoke(self, function: str, event: dict[str, Any]) -> Response:
        try:
            outcome = self._functions.invoke(function, json.dumps(event).encode())
        except Throttled:
            return message(429, "Too Many Requests", "TooManyRequestsException")
        except PayloadTooLarge:
            return message(413, *_TOO_LONG)
        return response_of(outcome, self._api)


def _refusal(status: int, reason: str) -> Response:  # noqa: ARG001 (the gateway gives none)
    match status:
        case 413:
            return message(status, *_TOO_LONG)
        case 500:
            return message(status, "Internal server error", "InternalServerErrorException")
    return message(status, http.HTTPStatus(status).phrase, "BadRequestException")
