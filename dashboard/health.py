"""/health: that the service answers, which model serves, what waits and works, what jobs may do."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from dashboard.current import current_services
from pipeline.steps.waiting import count_waiting

# What a job over images that already lie somewhere is made of.
TRANSFORM = ("transform_instance", "max_instances", "max_image_mb", "predict_from")

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    services = current_services()
    champion = services.runs.champion()
    serving = {"run": champion.run, "version": champion.version} if champion else None
    return jsonify(
        {
            "status": "ok",
            "service": services.settings.service,
            "stage": services.settings.stage,
            "serving": serving,
            "images": {"waiting": count_waiting(services)},
            "batches": {"instances": services.images.flights().instances},
            "transform": {name: getattr(services.settings, name) for name in TRANSFORM},
        }
    )
