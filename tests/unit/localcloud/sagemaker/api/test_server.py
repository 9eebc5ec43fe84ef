"""The engine leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse

import pytest

from localcloud.sagemaker.api.server import SageMakerServer
from tests.support.sagemaker_engine import ACCOUNT, REGION, Cloud
from tests.support.waiting import eventually

DAEMON = """
import sys, time
from pathlib import Path
from localcloud.sagemaker.api.server import SageMakerServer
server = SageMakerServer(folder=Path(sys.argv[1]), aws_endpoint_url=sys.argv[2],
                         region="us-east-1", account="123456789012")
server.start()
print(server.url, flush=True)
time.sleep(60)
"""


def alive(process: int) -> bool:
    """Whether there is such a process; one that waits for its parent is none any more."""
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def running_job(cloud: Cloud, group_name: str) -> int:
    """Starts a job with a child of its own; returns that child's process id."""
    job = cloud.process("sleep 60 & echo $!; wait", name=group_name)
    lines = eventually(lambda: cloud.log("ProcessingJobs", job), len)
    return int(lines[0])


def test_stopping_ends_jobs_and_closes_the_port(moto_url: str, tmp_path: Path) -> None:
    server = SageMakerServer(
        folder=tmp_path, aws_endpoint_url=moto_url, region=REGION, account=ACCOUNT
    )
    server.start()
    child = running_job(Cloud(moto_url, server, tmp_path), "stopped-with-the-engine")

    server.stop()

    assert not alive(child)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlparse(server.url).port or 0))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_jobs_die_with_an_engine_that_is_killed(
    moto_url: str, cloud: Cloud, tmp_path: Path
) -> None:
    daemon = subprocess.Popen(
        [sys.executable, "-c", DAEMON, str(tmp_path), moto_url],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    with daemon:
        assert daemon.stdout
        other = Cloud(moto_url, Elsewhere(daemon.stdout.readline().strip()), tmp_path)
        child = running_job(other, "killed-with-the-engine")

        daemon.send_signal(signal.SIGKILL)

    eventually(lambda: alive(child), lambda found: not found)


class Elsewhere:
    """An engine in another process, as far as clients care."""

    def __init__(self, url: str) -> None:
        self.url = self.runtime_url = url
