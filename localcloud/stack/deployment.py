"""The real `serverless deploy` of a service into the local cloud, and its packages."""

from __future__ import annotations

import fcntl
import io
import os
import re
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from localcloud.aws import account
from localcloud.aws.account import Clients
from localcloud.machine.processes import Nursery, guarded, kill

PROJECT = Path(__file__).resolve().parents[2]  # holds Kennel's own serverless.yml
_LINES_SHOWN = 15
_ERROR = re.compile(r"^Error:\n((?:.+\n?)+)", re.MULTILINE)  # the framework's own words


class DeploymentFailed(Exception):
    """The Serverless Framework refused or failed: the message has the end of its log."""


def deploy(
    service: Path,
    *,
    stage: str,
    endpoint: str,
    log: Path,
    nursery: Nursery,
    params: Mapping[str, str],
) -> None:
    """Run the framework of the service's own node_modules; its output goes to the log file."""
    command = _framework(service)
    given = [f"--param={name}={value}" for name, value in params.items()]
    # One deploy of a service at a time: they share its .serverless folder.
    with (service / "serverless.yml").open() as lock, log.open("wb") as output:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = nursery.start(
            guarded([str(command), "deploy", "--stage", stage, "--verbose", *given]),
            cwd=service,
            environment=_environment(endpoint),
            output=output,
        )
        try:
            status = process.wait()
        finally:
            kill(process)
    if status != 0:
        raise DeploymentFailed(_explanation(command, status, log))


def _framework(service: Path) -> Path:
    command = service / "node_modules" / ".bin" / "serverless"
    if not (service / "serverless.yml").is_file():
        raise DeploymentFailed(f"{service} has no serverless.yml: there is nothing to deploy")
    if not command.exists():
        raise DeploymentFailed(f"{command} is missing: run `make setup` first")
    return command


def _environment(endpoint: str) -> dict[str, str]:
    return {
        **account.without_aws(os.environ),
        **account.environment(endpoint),
        "AWS_REGION": account.REGION,
        "SLS_TELEMETRY_DISABLED": "1",
        "SLS_NOTIFICATIONS_MODE": "off",
        "SLS_AWS_MONITORING_FREQUENCY": "200",  # ms; the default of 5 s suits AWS, not this
        # The packages are for the interpreter that will run them.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def _explanation(command: Path, status: int, log: Path) -> str:
    text = log.read_text(errors="replace")
    ended = f"`{command.name} deploy` ended with status {status}"
    if error := _ERROR.search(text):
        return f"{ended}: {' '.join(error[1].split())} ({log} has all of it)"
    end = "\n".join(f"  {line}" for line in text.splitlines()[-_LINES_SHOWN:])
    return f"{ended}; the end of {log}:\n{end}"


class Packages:
    """Unpacks deployed zips below a folder, each once, however many functions share it."""

    def __init__(self, folder: Path, clients: Clients) -> None:
        self._folder = folder
        self._clients = clients
        self._unpacked: dict[tuple[str, str], Path] = {}

    def root_of(self, bucket: str, key: str) -> Path:
        if (bucket, key) not in self._unpacked:
            root = self._folder / str(len(self._unpacked))
            with self._clients["s3"].get_object(Bucket=bucket, Key=key)["Body"] as body:
                content = io.BytesIO(body.read())
            with zipfile.ZipFile(content) as package:
                package.extractall(root)  # made by our own deploy: its names are trusted
            self._unpacked[bucket, key] = root
        return self._unpacked[bucket, key]
