"""AWS's inference toolkit and TorchServe, which the inference image runs, serve the artifact."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from inference_code.references import CONTENT_TYPE
from tests.conformance.conftest import Cloud
from tests.conformance.environments import python_of
from tests.support.image_buckets import ImageBucket
from tests.support.waiting import eventually

SERVE = Path(__file__).with_name("programs") / "serve.sh"


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def invoke(self, body: bytes) -> tuple[int, bytes]:
        """One image."""
        kinds = {"Content-Type": "application/x-image", "Accept": "application/json"}
        return self.ask("POST", "/invocations", body, **kinds)

    def refer(self, line: bytes) -> tuple[int, bytes]:
        """Images by reference, as a transform job sends them."""
        kinds = {"Content-Type": CONTENT_TYPE, "Accept": "application/jsonlines"}
        return self.ask("POST", "/invocations", line, **kinds)

    def is_ready(self) -> bool | None:
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        try:
            return True if self.ask("GET", "/ping")[0] == 200 else None
        except OSError:
            return None


@pytest.fixture(scope="session")
def server(run: str, cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not (sys.platform == "linux" and os.getuid() == 0):
        pytest.skip("the toolkit has /opt/ml and /etc built in: it needs root on Linux")
    if not (shutil.which("java") and shutil.which("unshare")):
        pytest.skip("TorchServe needs Java, and a mount namespace of its own needs unshare")
    folder = tmp_path_factory.mktemp("served")
    artifact = cloud.service.read(
        f"runs/{run}/model/kennel-local-training-{run}/output/model.tar.gz"
    )
    (folder / "model.tar.gz").write_bytes(artifact or b"")
    with tarfile.open(folder / "model.tar.gz") as archive:
        archive.extractall(folder / "ml" / "model", filter="data")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "log"
    python = python_of("inference_toolkit", beneath=True)
    environment = {
        **cloud.shell,
        "PATH": f"{python.parent}:{cloud.shell['PATH']}",
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["unshare", "--mount", "/bin/sh", str(SERVE), str(folder), str(python)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    served = Server(port, process, log)
    try:
        eventually(served.is_ready, within=180)
        yield served
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.timeout(600)
def test_torchserve_answers_as_the_transform_job_did(
    server: Server, run: str, cloud: Cloud
) -> None:
    image = cloud.service.read(f"runs/{run}/test/00000.jpg")
    transformed = cloud.service.json(f"runs/{run}/evaluation/test/00000.jpg.out")
    assert image is not None
    assert transformed is not None

    status, body = server.invoke(image)

    answer = json.loads(body)
    assert status == 200
    assert answer["predictions"] == transformed["predictions"]
    assert answer["decision"] == transformed["decision"]


@pytest.mark.timeout(600)
def test_what_is_no_image_is_answered_with_its_error(server: Server) -> None:
    status, body = server.invoke(b"junk")

    assert status == 200
    assert json.loads(body)["decision"] == "unreadable"


@pytest.mark.timeout(600)
def test_images_by_reference_are_read_with_the_container_s_own_credentials(
    server: Server, run: str, cloud: Cloud
) -> None:
    bucket = ImageBucket(cloud.service.client("s3"), cloud.service.bucket)
    image = cloud.service.read(f"runs/{run}/test/00000.jpg") or b""
    good, junk = bucket.put("conformance/1.jpg", image), bucket.put("conformance/2.jpg", b"junk")

    status, body = server.refer(
        bucket.line(good, junk, good | {"key": "conformance/3.jpg"}) + b"\n"
    )

    rows = [json.loads(line) for line in body.decode().split("\n")]
    assert status == 200
    assert rows[0]["predictions"] == json.loads(server.invoke(image)[1])["predictions"]
    assert [row["error"] and row["error"]["code"] for row in rows] == [
        None,
        "not_an_image",
        "deleted",
    ]


@pytest.mark.timeout(600)
def test_a_line_that_is_none_is_a_bad_request(server: Server) -> None:
    status, body = server.refer(b"{}\n")

    assert status == 400
    assert b"the body is no kennel.references/1 request" in body
