"""/runs: the runs, newest first; one of them; and its end by hand."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from dashboard.current import current_services
from pipeline.names import RunId
from pipeline.run_view import run_view
from pipeline.steps.progress import find_run
from pipeline.steps.stopping import stop_run

blueprint = Blueprint("runs", __name__, url_prefix="/runs")


@blueprint.get("")
def index() -> Response:
    return jsonify({"runs": [run_view(run) for run in current_services().runs.all()]})


@blueprint.get("/<run>")
def show(run: str) -> Response:
    return jsonify(run_view(find_run(RunId(run), current_services())))


@blueprint.post("/<run>/stop")
def stop(run: str) -> Response:
    return jsonify(run_view(stop_run(RunId(run), current_services())))
