"""/predictions: what became of one image, by its key."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from dashboard.current import current_services
from pipeline.steps.lookup import find_prediction

blueprint = Blueprint("predictions", __name__, url_prefix="/predictions")


@blueprint.get("")
def show() -> Response:
    key = request.args.get("key")
    if not key:
        raise BadRequest("say which image: /predictions?key=images/…")
    return jsonify(asdict(find_prediction(key, current_services())))
