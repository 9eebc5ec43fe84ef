"""What an engine is told at its start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from localcloud.sagemaker.keys import ADMINISTRATOR, Keys, client_environment
from localcloud.sagemaker.region.authority import Anybody, Authority
from localcloud.sagemaker.region.faults import Faults


@dataclass(frozen=True, kw_only=True)
class Settings:
    folder: Path
    environments: Path  # what jobs' requirements have filled; may outlive the engine
    aws_endpoint_url: str
    region: str
    account: str
    quotas: Mapping[str, int]
    faults: Faults = field(default_factory=Faults)
    throttles: Mapping[str, float] = field(default_factory=dict)  # operation -> requests a second
    stop_grace_seconds: float = 120.0  # between the signals TERM and KILL
    ping_seconds: float = 600.0  # how long a model container may take to become healthy
    authority: Authority = field(default_factory=Anybody)
    keys: Keys = ADMINISTRATOR  # of the engine's own clients, or of a role's that jobs work as

    def arn(self, part: str, name: str) -> str:
        return f"arn:aws:sagemaker:{self.region}:{self.account}:{part}/{name}"

    def client_environment(self) -> dict[str, str]:
        """What an AWS client inside a job needs to find this cloud."""
        found = client_environment(self.keys, endpoint=self.aws_endpoint_url, region=self.region)
        return found | {"AWS_REGION": self.region}
