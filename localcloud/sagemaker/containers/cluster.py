"""The instances of a training job: their names, and what each is told of the others."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache

from localcloud.sagemaker.containers.layout import HOST
from localcloud.sagemaker.containers.process import launch, may_mount

GROUP = "homogeneousCluster"
LOOPBACK = "lo"


@dataclass(frozen=True)
class Member:
    """One instance among its cluster."""

    hosts: tuple[str, ...]
    number: int  # from 1 on
    master_port: int

    @property
    def name(self) -> str:
        return _own_names(len(self.hosts))[self.number - 1]

    @property
    def rank(self) -> int:
        """Of its name among the sorted ones, as everything in the job counts it."""
        return self.hosts.index(self.name)

    def resource_config(self, instance_type: str) -> dict[str, object]:
        hosts = list(self.hosts)
        return {
            "current_host": self.name,
            "current_instance_type": instance_type,
            "current_group_name": GROUP,
            "hosts": hosts,
            "instance_groups": [
                {"instance_group_name": GROUP, "instance_type": instance_type, "hosts": hosts}
            ],
            "network_interface_name": LOOPBACK,
        }

    def variables(self) -> dict[str, str]:
        """What the toolkit of PyTorch sets, so that torch.distributed finds the others."""
        return {
            "MASTER_ADDR": self.hosts[0],
            "MASTER_PORT": str(self.master_port),
            "NCCL_SOCKET_IFNAME": LOOPBACK,
            # Else gloo asks for this machine's name, which need not be that of a loopback address.
            "GLOO_SOCKET_IFNAME": LOOPBACK,
        }


def cluster(instances: int) -> list[Member]:
    names = _own_names(instances)
    # On AWS it is always 7777, on a machine of one's own.
    port = _free_port()
    return [Member(tuple(sorted(names)), number, port) for number in range(1, instances + 1)]


def _own_names(instances: int) -> list[str]:
    """Names that resolve, each to a loopback address of its own."""
    if instances == 1:
        return [HOST]
    pattern = "algo-{}" if names_resolve() else "127.0.0.{}"
    return [pattern.format(number) for number in range(1, instances + 1)]


@cache
def names_resolve() -> bool:
    """Whether the launcher can name the hosts of a cluster for a job alone: tried out once."""
    if not may_mount():
        return False
    look = [sys.executable, "-c", "import socket; socket.gethostbyname('algo-2')"]
    with tempfile.TemporaryDirectory() as folder:
        command = [*launch(f"{folder}/ml", "", 2), *look]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
