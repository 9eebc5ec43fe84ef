"""The services of the application that answers this request."""

from __future__ import annotations

from flask import current_app

from pipeline.ports import Services


def current_services() -> Services:
    services: Services = current_app.extensions["services"]
    return services
