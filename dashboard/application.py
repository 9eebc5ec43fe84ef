"""The Flask application: Kennel's HTTP API. Knows the ledger through `Services` only."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from dashboard import health, predictions, runs
from pipeline.errors import InputError, LedgerConflict, UnknownImage, UnknownRun
from pipeline.ports import Services

UNKNOWN: Mapping[type[InputError], str] = {UnknownRun: "unknown_run", UnknownImage: "unknown_image"}


def create_app(services: Services) -> Flask:
    app = Flask("kennel")
    app.extensions["services"] = services
    app.register_blueprint(health.blueprint)
    app.register_blueprint(runs.blueprint)
    app.register_blueprint(predictions.blueprint)
    app.register_error_handler(InputError, _refused)
    app.register_error_handler(LedgerConflict, _conflict)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _refused(error: InputError) -> tuple[Response, int]:
    """A user's mistake: the sentence that says so, and a status that fits it."""
    for kind, code in UNKNOWN.items():
        if isinstance(error, kind):
            return _error(code, str(error), 404)
    return _error("refused", str(error), 409)


def _conflict(error: LedgerConflict) -> tuple[Response, int]:
    return _error("conflict", f"{error}: try again", 409)


def _http_error(error: HTTPException) -> tuple[Response, int]:
    status = error.code or 500
    return _error(error.name.lower().replace(" ", "_"), error.description or error.name, status)


def _error(code: str, message: str, status: int) -> tuple[Response, int]:
    return jsonify({"error": {"code": code, "message": message}}), status
