"""The application for WSGI servers, such as `npx serverless wsgi serve`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from dashboard.application import create_app
from pipeline.bootstrap import services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask


@cache
def application() -> Flask:
    return create_app(services())


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Builds the application at the first request: importing must touch no environment."""
    return application()(environ, start_response)
