"""An HTTP request came through the REST API: the dashboard answers it."""

from __future__ import annotations

from typing import TypedDict

from serverless_wsgi import handle_request

from dashboard.wsgi import application


class HttpAnswer(TypedDict):
    """What API Gateway makes a response of."""

    statusCode: int
    headers: dict[str, str]
    body: str


def handler(event: dict[str, object], context: object) -> HttpAnswer:
    answer: HttpAnswer = handle_request(application(), event, context)
    return answer
