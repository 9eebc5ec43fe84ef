"""/runs: the runs, newest first; one of them; and its end by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, jsonify

from dashboard.current import current_services
from pipeline.names import RunId
from pipeline.run import Run
from pipeline.run_view import RunView, run_view
from pipeline.steps.ledger import find_run
from pipeline.steps.stopping import stop_run

blueprint = Blueprint("runs", __name__, url_prefix="/runs")

# Lambda's answers end at 6 MB; its envelope escapes every quotation mark once more.
MOST_BYTES = 4_000_000


@blueprint.get("")
def index() -> Response:
    return jsonify({"runs": list(_as_many_as_fit(current_services().runs.all()))})


@blueprint.get("/<run>")
def show(run: str) -> Response:
    return jsonify(run_view(find_run(RunId(run), current_services())))


@blueprint.post("/<run>/stop")
def stop(run: str) -> Response:
    return jsonify(run_view(stop_run(RunId(run), current_services())))


def _as_many_as_fit(runs: Iterable[Run]) -> Iterator[RunView]:
    """The first of the runs; a run of many classes takes the room of many others."""
    room = MOST_BYTES
    for view in map(run_view, runs):
        room -= len(json.dumps(view))
        if room < 0:
            return
        yield view
