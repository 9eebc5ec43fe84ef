"""The service as a deploy packages it, without an account."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.compiled_template import Template

PROJECT = Path(__file__).parents[2]


SERVERLESS = PROJECT / "node_modules/.bin/serverless"


@dataclass(frozen=True)
class Deployment:
    """What `serverless package` has left for one stage."""

    template: Template
    archive: Path
    said: str


def package(stage: str, folder: Path, *params: str) -> Deployment:
    if not SERVERLESS.exists():
        pytest.skip("node_modules is missing: make setup installs the Serverless Framework")
    command = [str(SERVERLESS), "package", "--stage", stage, "--package", str(folder)]
    command += [f"--param={param}" for param in params]
    # The lock that the local cloud's deploy takes: both write beside serverless.yml.
    with (PROJECT / "serverless.yml").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            command, cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=240
        )
    assert done.returncode == 0, done.stdout + done.stderr
    template = Template.read(folder / "cloudformation-template-update-stack.json")
    return Deployment(template, folder / "kennel.zip", done.stdout + done.stderr)


def environment() -> dict[str, str]:
    """This interpreter first on the path, and nothing of AWS."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{own.get('PATH', '')}"
    return own | {"PATH": path, "SLS_NOTIFICATIONS_MODE": "off", "SLS_TELEMETRY_DISABLED": "1"}
