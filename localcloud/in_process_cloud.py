"""The whole cloud in this process: started in order, wired from the stack, stopped in reverse."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from localcloud.aws import account, connected, mishaps, sdk_defaults, service_quotas
from localcloud.aws.account import NUMBER, REGION, Clients
from localcloud.aws.moto_server import MotoServer
from localcloud.execution_roles import ExecutionRoles
from localcloud.faults import S3_EVENTS_AFTER, engine_faults
from localcloud.iam.authority import ignored
from localcloud.iam.journal import Journal
from localcloud.machine.processes import Nursery
from localcloud.sagemaker.api.server import SageMakerServer
from localcloud.stack.deployment import deploy
from localcloud.wiring import LambdaRuntime, connect

STAGE = "local"
# Seconds between a job's being asked to stop and its being killed. AWS gives 120, in which a script
# that was never told goes on; whoever waits for it here should not wait that long.
STOP_GRACE = "10"
DEPLOY_LOG = "deploy.log"


@contextmanager
def running_cloud(
    folder: Path,
    *,
    service: Path,
    port: int,
    faults: Mapping[str, float],
    params: Mapping[str, str],
    decisions: Path | None,
    progress: Callable[[str], None],
) -> Iterator[dict[str, str]]:
    """One service deployed into one account; the environment by which clients reach it.

    moto keeps its state in module variables, so a process can hold one of these at a time.
    `folder` keeps the deploy log and the packages that jobs required; everything else in it is
    removed again. `params` are settings of the stage, as `serverless deploy --param` takes them;
    `faults` are by their names in localcloud/faults.py. `decisions` is a file for
    what the deployed policies have judged.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running:
        work = _work_folder(running, folder)
        nursery = Nursery()
        running.callback(nursery.close)
        progress("Starting the account")
        moto = MotoServer(port, record=Journal(decisions).write if decisions else ignored)
        clients, endpoints = _start_account(
            running, work, moto, faults=faults, environments=folder / "environments"
        )
        running.callback(mishaps.suffer, {})
        mishaps.suffer(faults)
        progress("Deploying the service")
        deploy(
            service,
            stage=STAGE,
            endpoint=endpoints["AWS_ENDPOINT_URL"],
            log=folder / DEPLOY_LOG,
            nursery=nursery,
            params=params,
        )
        progress("Connecting its triggers")
        lambda_ = LambdaRuntime(
            work=work,
            endpoints=endpoints,
            nursery=nursery,
            clients=clients,
            s3_events_after=faults.get(S3_EVENTS_AFTER, 0.0),
        )
        sdks = sdk_defaults.provide(clients, work / "sagemaker-sdk.yaml")
        yield endpoints | sdks | connect(running, lambda_)


def _work_folder(running: ExitStack, folder: Path) -> Path:
    work = Path(tempfile.mkdtemp(prefix="cloud-", dir=folder))
    running.callback(shutil.rmtree, work, ignore_errors=True)
    return work


def _start_account(
    running: ExitStack,
    work: Path,
    moto: MotoServer,
    *,
    faults: Mapping[str, float],
    environments: Path,
) -> tuple[Clients, dict[str, str]]:
    running.callback(moto.stop)
    moto.start()
    connected.answer_at(f"https://sqs.{REGION}.amazonaws.com", moto.url)
    clients = Clients(moto.url)
    running.callback(clients.close)
    sagemaker = SageMakerServer(
        folder=work / "sagemaker",
        environments=environments,
        aws_endpoint_url=moto.url,
        region=REGION,
        account=NUMBER,
        faults=engine_faults(faults),
        stop_grace_seconds=float(os.environ.get("KENNEL_LOCAL_STOP_GRACE", STOP_GRACE)),
        authority=ExecutionRoles(moto.authority),
    )
    running.callback(sagemaker.stop)
    sagemaker.start()
    service_quotas.publish("sagemaker", sagemaker.quotas)
    return clients, account.environment(moto.url) | {
        "AWS_ENDPOINT_URL_SAGEMAKER": sagemaker.url,
        "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": sagemaker.runtime_url,
        "AWS_ENDPOINT_URL_SAGEMAKER_METRICS": sagemaker.url,
    }
