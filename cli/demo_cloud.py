"""The local cloud under a demo: the one that runs here already, or one of the demo's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cli.deployment import Deployment, local_deployment, local_environment_file
from cli.failures import FAILURES
from cli.mistakes import Mistake

COMMAND = (sys.executable, "-c", "from cli.main import main; main()", "local")


@contextmanager
def local_cloud(*, keep: bool) -> Iterator[Deployment]:
    """Stopped at the end only if it was started here and is not to be kept."""
    running = _running()
    if running:
        yield running
        return
    if subprocess.run((*COMMAND, "up", "--detach"), check=False).returncode:
        raise Mistake("The local cloud did not start: what it said above tells why.")
    try:
        yield local_deployment()
    finally:
        if not keep:
            subprocess.run((*COMMAND, "down"), check=False)


def _running() -> Deployment | None:
    """The cloud that the file in this folder tells of, if it still answers."""
    if not local_environment_file().is_file():
        return None
    from cli.connection import runs_api

    deployment = local_deployment()
    try:
        runs_api(deployment).health()
    except (*FAILURES, Mistake):
        return None
    return deployment
