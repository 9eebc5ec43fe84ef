"""/runs: the runs, newest first; one of them; and its end by hand."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from dashboard.current import current_services
from dashboard.pages import MOST_RUNS, Position, UnknownPosition, page_of
from pipeline.names import RunId
from pipeline.quoting import shown
from pipeline.run_view import run_view
from pipeline.steps.ledger import find_run
from pipeline.steps.stopping import stop_run

blueprint = Blueprint("runs", __name__, url_prefix="/runs")


@blueprint.get("")
def index() -> Response:
    """One page; `next` in the query is the `next` of the page before."""
    most, after = _limit(request.args.get("limit")), _position(request.args.get("next"))
    return jsonify(page_of(current_services().runs.all(), after, most))


@blueprint.get("/<run>")
def show(run: str) -> Response:
    return jsonify(run_view(find_run(RunId(run), current_services())))


@blueprint.post("/<run>/stop")
def stop(run: str) -> Response:
    return jsonify(run_view(stop_run(RunId(run), current_services())))


def _limit(text: str | None) -> int:
    if text is None:
        return MOST_RUNS
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_RUNS):
        raise BadRequest(f"limit={shown(repr(text))} is not a whole number from 1 to {MOST_RUNS}")
    return int(text)


def _position(token: str | None) -> Position | None:
    try:
        return None if token is None else Position.read(token)
    except UnknownPosition as error:
        raise BadRequest(
            f"next={shown(repr(token))} is not what an answer of /runs has named as next"
        ) from error
