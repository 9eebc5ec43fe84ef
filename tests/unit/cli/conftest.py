"""A deployment for the commands to talk to: moto for S3 and logs, a small server for the rest."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer
from typer.testing import CliRunner, Result

from cli import clients
from cli.main import app
from tests.support.cli_service import BUCKET, Kennel, Service, serving
from tests.support.lake_story import MISSING, serve
from tests.support.samples import dataset_zip

TRIALS = "ListTrainingJobsForHyperParameterTuningJob"


@pytest.fixture
def service() -> Iterator[Service]:
    """The HTTP API and SageMaker, as far as a test says what they answer."""
    with serving() as service:
        yield service


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty folder, an environment without AWS, no client of another test."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "KENNEL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(tmp_path)
    yield
    for made in (clients.session, clients.s3, clients.sagemaker, clients.logs):
        made.cache_clear()


@pytest.fixture
def deployed(moto: str, service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The environment of a deployment, whose tunings have no trials yet."""
    service.answers[TRIALS] = {"TrainingJobSummaries": []}
    for name, value in {
        "AWS_ENDPOINT_URL": moto,
        "AWS_ENDPOINT_URL_SAGEMAKER": service.url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "KENNEL_BUCKET": BUCKET,
        "KENNEL_URL": service.url,
    }.items():
        monkeypatch.setenv(name, value)
    return service


@pytest.fixture
def s3(deployed: Service) -> Iterator[Any]:
    """The deployment's bucket, empty."""
    client = clients.s3()
    client.create_bucket(Bucket=BUCKET)
    yield client
    for row in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=row["Key"])


@pytest.fixture
def lakes(deployed: Service, s3: Any) -> Service:
    """A model serves, three objects lie in a prefix, and SageMaker has no job of theirs."""
    serve(deployed, "abcdefghij", 3)
    deployed.answers["DescribeTransformJob"] = MISSING
    deployed.answers["CreateTransformJob"] = {"TransformJobArn": "arn:aws:sagemaker:x"}
    deployed.answers["StopTransformJob"] = {}
    for name in ("a.jpg", "b.jpg", "c.txt"):
        s3.put_object(Bucket=BUCKET, Key=f"images/old/{name}", Body=name.encode())
    s3.put_object(Bucket=BUCKET, Key="images/old/empty.jpg", Body=b"")
    return deployed


@pytest.fixture
def kennel() -> Kennel:
    """Runs the command as a shell would, without a terminal."""

    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], prog_name="kennel")

    return run


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    """A zip that the gate accepts."""
    path = tmp_path / "dogs.zip"
    path.write_bytes(dataset_zip())
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "dog.jpg"
    path.write_bytes(b"\xff\xd8 a dog")
    return path


@pytest.fixture
def job_log(deployed: Service) -> Iterator[Callable[..., None]]:
    """Writes lines to a stream of a job's log group."""
    logs = clients.logs()
    groups: set[str] = set()

    def write(group: str, stream: str, *lines: str) -> None:
        # moto's own jobs, in other tests of this process, may have made the group.
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=group)
        groups.add(group)
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        now = int(time.time() * 1000)
        if lines:
            logs.put_log_events(
                logGroupName=group,
                logStreamName=stream,
                logEvents=[{"timestamp": now, "message": line} for line in lines],
            )

    yield write
    for group in groups:
        logs.delete_log_group(logGroupName=group)
