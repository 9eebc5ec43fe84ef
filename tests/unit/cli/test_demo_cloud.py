"""The cloud under a demo: one that runs already is used, and left running."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.demo_cloud import local_cloud
from cli.deployment import local_environment_file
from tests.support.cli_service import Service

HEALTH = {"serving": None, "images": {"waiting": 0}}


@pytest.fixture
def running(service: Service) -> Service:
    """A service that the folder's local.env names."""
    file = local_environment_file()
    file.parent.mkdir()
    lines = (
        f"export KENNEL_URL={service.url}",
        "export KENNEL_BUCKET=local",
        "export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1",
    )
    file.write_text("\n".join(lines))
    service.answers["GET /health"] = HEALTH
    return service


def test_a_cloud_that_runs_here_is_used_and_stays(running: Service) -> None:
    with local_cloud(keep=False) as deployment:
        assert deployment.bucket == "local"

    assert local_environment_file().is_file()


def test_another_deployment_in_the_environment_is_not_touched(
    running: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENNEL_BUCKET", "of-a-real-account")
    monkeypatch.setenv("AWS_PROFILE", "real")

    with local_cloud(keep=False) as deployment:
        assert deployment.bucket == "local"
        assert "AWS_PROFILE" not in deployment.variables


def test_the_file_lies_in_the_current_folder(tmp_path: Path) -> None:
    assert local_environment_file().resolve() == (tmp_path / ".kennel/local.env").resolve()
