"""The SageMaker API and the SageMaker Runtime on one port of this machine."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from localcloud.sagemaker.api.front import front
from localcloud.sagemaker.api.operations import Api
from localcloud.sagemaker.containers.environments import Environments
from localcloud.sagemaker.http.server import LoopbackServer
from localcloud.sagemaker.region.authority import Anybody, Authority
from localcloud.sagemaker.region.faults import Faults
from localcloud.sagemaker.region.quota import account_quotas
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.settings import Settings

JOBS = "jobs"


class SageMakerServer:
    """The engine as one object: start it, use its URLs, stop it."""

    def __init__(
        self,
        *,
        folder: Path,
        aws_endpoint_url: str,
        region: str,
        account: str,
        environments: Path | None = None,
        faults: Faults | None = None,
        quotas: Mapping[str, int] | None = None,
        throttles: Mapping[str, float] | None = None,
        stop_grace_seconds: float = 120.0,
        authority: Authority | None = None,
        port: int = 0,
    ) -> None:
        settings = Settings(
            folder=folder.absolute(),
            environments=(environments or folder / JOBS / "environments").absolute(),
            aws_endpoint_url=aws_endpoint_url,
            region=region,
            account=account,
            faults=faults or Faults(),
            quotas=account_quotas(quotas),
            throttles=throttles or {},
            stop_grace_seconds=stop_grace_seconds,
            authority=authority or Anybody(),
        )
        self._region = Region(settings)
        self._api = Api(self._region)
        self._server = LoopbackServer(front(self._api), port=port)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def runtime_url(self) -> str:
        return self.url

    @property
    def quotas(self) -> dict[str, int]:
        """The account's limits, as Service Quotas calls them."""
        return self._region.quotas.named()

    def start(self) -> None:
        shutil.rmtree(self._jobs, ignore_errors=True)  # what a killed engine left behind
        self._jobs.mkdir(parents=True)
        Environments(self._region.settings.environments).forget_unused()
        self._region.events.start()
        self._server.start()

    def stop(self) -> None:
        """Ends all jobs at once, closes the port, removes the jobs' folders."""
        self._region.closing.set()
        self._server.stop()
        self._api.close()
        self._region.events.stop()
        shutil.rmtree(self._jobs, ignore_errors=True)

    @property
    def _jobs(self) -> Path:
        return self._region.settings.folder / JOBS
