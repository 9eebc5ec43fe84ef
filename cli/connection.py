"""The deployment's API and clients, made when a command needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.deployment import Deployment
    from cli.run_progress import ProgressReader
    from cli.runs_api import RunsApi


def runs_api(deployment: Deployment) -> RunsApi:
    from cli.clients import session
    from cli.runs_api import RunsApi

    return RunsApi(deployment.url, session())


def progress_reader(api: RunsApi) -> ProgressReader:
    from cli.clients import logs, sagemaker
    from cli.run_progress import ProgressReader

    return ProgressReader(api, sagemaker(), logs())
