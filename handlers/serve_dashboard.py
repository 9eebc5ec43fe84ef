"""An HTTP request came through the REST API: the dashboard answers it."""

from __future__ import annotations

from typing import Any

from serverless_wsgi import handle_request

from dashboard.wsgi import application


def handler(event: dict[str, object], context: object) -> dict[str, Any]:
    answer: dict[str, Any] = handle_request(application(), event, context)
    return answer
