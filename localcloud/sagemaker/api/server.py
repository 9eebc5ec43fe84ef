"""The SageMaker API and the SageMaker Runtime on one port of this machine."""

from __future__ import annotations

import json
import logging
import shutil
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

from localcloud.sagemaker.api.operations import Api
from localcloud.sagemaker.api.runtime_api import Reply, RuntimeApi
from localcloud.sagemaker.endpoints.errors import ModelError
from localcloud.sagemaker.region.errors import ApiError
from localcloud.sagemaker.region.quota import account_quotas
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.settings import Settings
from localcloud.sagemaker.region.shapes import Json

JOBS = "jobs"
JSON_CONTENT = "application/x-amz-json-1.1"
logger = logging.getLogger(__name__)


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
        shuffle_events: bool = False,
        quotas: Mapping[str, int] | None = None,
        throttles: Mapping[str, float] | None = None,
        stop_grace_seconds: float = 120.0,
        port: int = 0,
    ) -> None:
        settings = Settings(
            folder=folder.absolute(),
            environments=(environments or folder / JOBS / "environments").absolute(),
            aws_endpoint_url=aws_endpoint_url,
            region=region,
            account=account,
            shuffle_events=shuffle_events,
            quotas=account_quotas(quotas),
            throttles=throttles or {},
            stop_grace_seconds=stop_grace_seconds,
        )
        self._region = Region(settings)
        self._api = Api(self._region)
        self._http = HttpServer(("127.0.0.1", port), self._api)
        self._thread = threading.Thread(target=self._http.serve_forever, name="sagemaker")
        self._thread.daemon = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def runtime_url(self) -> str:
        return self.url

    def start(self) -> None:
        shutil.rmtree(self._jobs, ignore_errors=True)  # what a killed engine left behind
        self._jobs.mkdir(parents=True)
        self._region.events.start()
        self._thread.start()

    def stop(self) -> None:
        """Ends all jobs at once, closes the port, removes the jobs' folders."""
        self._region.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        self._api.close()
        self._region.events.stop()
        shutil.rmtree(self._jobs, ignore_errors=True)

    @property
    def _jobs(self) -> Path:
        return self._region.settings.folder / JOBS


class HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], api: Api) -> None:
        self.api = api
        self.runtime = RuntimeApi(api.endpoints)
        super().__init__(address, Handler)


class Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    server: HttpServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # without a buffer every header line is a packet

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self._answer_request(body)
        except ModelError as error:
            self._send_json(error.status, model_error_body(error), error.code)
        except ApiError as error:
            content = {"__type": error.code, "message": error.message}
            self._send_json(error.status, content, error.code)
        except Exception as error:
            # The server's boundary: a defect of the engine is answered, as AWS would.
            logger.exception("a request failed inside the engine")
            content = {"__type": "InternalFailure", "message": f"{type(error).__name__}: {error}"}
            self._send_json(500, content, "InternalFailure")

    def _answer_request(self, body: bytes) -> None:
        if reply := self.server.runtime.answer(self.path, dict(self.headers), body):
            self._send_reply(reply)
            return
        operation = self.headers.get("X-Amz-Target", "").removeprefix("SageMaker.")
        self._send_json(200, self.server.api.call(operation, parsed(body)))

    def _send_reply(self, reply: Reply) -> None:
        if isinstance(reply.body, bytes):
            self._send(reply.status, reply.body, reply.content_type, reply.headers)
            return
        framing = {**reply.headers, "Transfer-Encoding": "chunked"}
        self._begin(reply.status, reply.content_type, framing)
        for part in (*reply.body, b""):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))

    def _send_json(self, status: int, content: Json, error: str = "") -> None:
        headers = {"x-amzn-ErrorType": error} if error else {}
        self._send(status, json.dumps(content).encode(), JSON_CONTENT, headers)

    def _send(self, status: int, body: bytes, kind: str, headers: Mapping[str, str]) -> None:
        self._begin(status, kind, {**headers, "Content-Length": str(len(body))})
        self.wfile.write(body)

    def _begin(self, status: int, kind: str, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("x-amzn-RequestId", str(uuid4()))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Requests are not logged: the daemon's log is for what goes wrong."""


def parsed(body: bytes) -> Json:
    try:
        request = json.loads(body or b"{}")
    except ValueError as error:
        raise ApiError("SerializationException", "The request is not JSON.") from error
    if not isinstance(request, dict):
        raise ApiError("SerializationException", "The request is not a JSON object.")
    return request


def model_error_body(error: ModelError) -> Json:
    return {
        "Message": error.message,
        "OriginalStatusCode": error.original_status,
        "OriginalMessage": error.original_message,
    }
