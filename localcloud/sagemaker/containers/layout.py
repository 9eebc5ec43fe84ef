"""A job's folder: the /opt/ml tree of SageMaker's container contract, under another root."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from localcloud.sagemaker.containers.environments import Environment
from localcloud.sagemaker.region.settings import Settings

# How this machine reaches other machines: pip inside a job goes the same way. HTTP_PROXY is left
# out, because the local cloud itself is reached by HTTP.
INHERITED = {
    *("HOME", "LANG", "LC_ALL", "USER", "LD_LIBRARY_PATH"),
    *("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CONFIG_FILE"),
    *("PIP_TRUSTED_HOST", "PIP_CERT", "PIP_CACHE_DIR"),
}
# HOME is the user's, but the AWS accounts that are set up there are no business of a job's.
NOBODYS = {
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
OPT_ML = re.compile(r"/opt/ml(?![\w.-])")
# `site` holds what makes this machine's Python resemble the training image's:
# its sitecustomize.py is run at the start of every job because the folder is on PYTHONPATH.
CONTAINER = Path(__file__).with_name("site")
# SageMaker calls the only host algo-1. Nothing resolves that name here, and the training toolkit
# waits for minutes until its hosts resolve.
HOST = "localhost"


@dataclass(frozen=True)
class Layout:
    """Where things are; `root` is what the container calls /opt/ml."""

    root: Path

    def here(self, text: str) -> str:
        """The text with /opt/ml replaced by where it really is."""
        return OPT_ML.sub(lambda _match: str(self.root), text)

    def path(self, container_path: str) -> Path:
        return Path(self.here(container_path))

    @property
    def config(self) -> Path:
        return self.root / "input" / "config"

    @property
    def channels(self) -> Path:
        return self.root / "input" / "data"

    @property
    def model(self) -> Path:
        return self.root / "model"

    @property
    def output(self) -> Path:
        return self.root / "output"

    @property
    def code(self) -> Path:
        return self.root / "code"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def environment(self) -> Path:
        return self.root.parent.parent / "environment"

    @property
    def temporary(self) -> Path:
        return self.root.parent.parent / "tmp"

    def make(self, *folders: Path) -> None:
        for folder in (self.temporary, *folders):
            folder.mkdir(parents=True, exist_ok=True)

    def said(self, name: str) -> str:
        """What the job has written into output/<name>: `failure` or `message`."""
        path = self.output / name
        return path.read_text("utf-8", "replace").strip() if path.is_file() else ""


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def python_path(*folders: Path) -> str:
    return os.pathsep.join(str(folder) for folder in (*folders, CONTAINER))


def network_environment() -> dict[str, str]:
    """What a job inherits from the engine's own surroundings."""
    return {name: value for name, value in os.environ.items() if name in INHERITED}


def base_environment(
    settings: Settings, layout: Layout, environment: Environment, *, isolated: bool
) -> dict[str, str]:
    """What every container has: its interpreter first on PATH, and clients that find the cloud.

    One that is isolated from the network is given neither credentials nor addresses.
    """
    clients = {"AWS_REGION": settings.region} if isolated else settings.client_environment()
    return {
        **network_environment(),
        **NOBODYS,
        **clients,
        "PATH": environment.path,
        "PYTHONPATH": python_path(),
        # As in AWS's images: a log must be readable while the job runs.
        "PYTHONUNBUFFERED": "TRUE",
        "PYTHONDONTWRITEBYTECODE": "TRUE",
        "SAGEMAKER_BASE_DIR": str(layout.root),
        "TMPDIR": str(layout.temporary),
    }


def translated(layout: Layout, environment: Mapping[str, str] | None) -> dict[str, str]:
    return {name: layout.here(value) for name, value in (environment or {}).items()}


def arguments(layout: Layout, parts: Sequence[str]) -> list[str]:
    return [layout.here(part) for part in parts]
