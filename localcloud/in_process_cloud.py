"""The whole cloud in this process: started in order, wired from the stack, stopped in reverse."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from localcloud import account
from localcloud.account import NUMBER, REGION, Clients
from localcloud.deployment import PROJECT, deploy
from localcloud.lambda_service import RETRY_PAUSES
from localcloud.moto_server import MotoServer
from localcloud.processes import Nursery
from localcloud.sagemaker.server import SageMakerServer
from localcloud.wiring import LambdaRuntime, connect


class InProcessCloud:
    """One service deployed into one account on this machine; nothing outlives `stop`.

    moto keeps its state in module variables, so a process can hold one of these at a time.
    `folder` keeps the deploy log; everything else in it is removed again. `params` are settings of
    the stage, as `serverless deploy --param` takes them.
    """

    def __init__(
        self,
        folder: Path,
        *,
        shuffle_events: bool = False,
        params: Mapping[str, str] | None = None,
        service: Path = PROJECT,
        stage: str = "local",
        port: int = 0,
        retry_pauses: tuple[float, ...] = RETRY_PAUSES,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.environment: dict[str, str] = {}
        self._folder = folder.resolve()
        self._shuffle_events = shuffle_events
        self._params = dict(params or {})
        self._service = service
        self._stage = stage
        self._port = port
        self._retry_pauses = retry_pauses
        self._progress = progress
        self._running = ExitStack()

    @property
    def deploy_log(self) -> Path:
        return self._folder / "deploy.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Return when the service answers; leave nothing behind when it cannot."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as starting:
            self._start(starting)
            self._running = starting.pop_all()

    def stop(self) -> None:
        self.environment = {}
        self._running.close()

    def _start(self, running: ExitStack) -> None:
        work = self._work_folder(running)
        nursery = Nursery()
        running.callback(nursery.close)
        clients, endpoints = self._start_account(running, work)
        self._progress("Deploying the service")
        deploy(
            self._service,
            stage=self._stage,
            endpoint=endpoints["AWS_ENDPOINT_URL"],
            log=self.deploy_log,
            nursery=nursery,
            params=self._params,
        )
        self._progress("Connecting its triggers")
        lambda_ = LambdaRuntime(
            work=work,
            endpoints=endpoints,
            nursery=nursery,
            clients=clients,
            retry_pauses=self._retry_pauses,
        )
        self.environment = endpoints | connect(running, lambda_)

    def _work_folder(self, running: ExitStack) -> Path:
        work = Path(tempfile.mkdtemp(prefix="cloud-", dir=self._folder))
        running.callback(shutil.rmtree, work, ignore_errors=True)
        return work

    def _start_account(self, running: ExitStack, work: Path) -> tuple[Clients, dict[str, str]]:
        self._progress("Starting the account")
        moto = MotoServer(self._port)
        running.callback(moto.stop)
        moto.start()
        clients = Clients(moto.url)
        running.callback(clients.close)
        sagemaker = SageMakerServer(
            folder=work / "sagemaker",
            aws_endpoint_url=moto.url,
            region=REGION,
            account=NUMBER,
            shuffle_events=self._shuffle_events,
        )
        running.callback(sagemaker.stop)
        sagemaker.start()
        return clients, account.environment(moto.url) | {
            "AWS_ENDPOINT_URL_SAGEMAKER": sagemaker.url,
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": sagemaker.runtime_url,
        }
