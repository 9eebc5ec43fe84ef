"""moto as a server thread of this process: S3, SQS, EventBridge and the rest of the account."""

from __future__ import annotations

import json
import logging
import os
import threading
import warnings

from moto.core.model_instances import reset_model_data
from moto.moto_server.werkzeug_app import create_backend_app

from localcloud.aws import judge, wsgi
from localcloud.aws.dispatcher import Dispatcher
from localcloud.aws.guard import Guard
from localcloud.aws.patches import table
from localcloud.iam.authority import Record, ignored
from localcloud.sagemaker.http.connection import Front
from localcloud.sagemaker.http.messages import Response
from localcloud.sagemaker.http.server import LoopbackServer

_BODY_LIMIT = 5 * 1024**3 + 1024**2  # of S3, the largest, with what chunks add to it


class PortTaken(Exception):
    """Something else listens there: choose another port, or none."""


class MotoServer:
    """Listens on 127.0.0.1 only; its state is this process's, so there can be one at a time."""

    _running = threading.Lock()

    def __init__(self, port: int = 0, *, record: Record = ignored) -> None:
        self.authority = judge.appoint(record)
        self._port = port
        self._server: LoopbackServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"  # the free port that was found, once started

    def start(self) -> None:
        if not self._running.acquire(blocking=False):
            raise RuntimeError("this process runs a local cloud already")
        try:
            self._listen()
        except BaseException:
            self._running.release()
            raise

    def _listen(self) -> None:
        table.apply()
        logging.getLogger("moto").setLevel(logging.ERROR)
        # It warns of each resource that it does not know, such as a bucket policy, and goes on.
        warnings.filterwarnings("ignore", message="Tried to parse AWS::", category=UserWarning)
        application = Guard(Dispatcher(create_backend_app), self.authority)
        front = Front(
            name="moto",
            answer=lambda request: wsgi.call(application, request),
            refuse=_refusal,
            body_limit=_BODY_LIMIT,
        )
        try:
            self._server = LoopbackServer(front, port=self._port)
        except OSError as error:
            raise PortTaken(
                f"port {self._port} of 127.0.0.1 cannot be used: "
                f"{os.strerror(error.errno or 0)}; choose another, or 0 for any that is free"
            ) from error
        self._port = self._server.port
        self._server.start()

    def stop(self) -> None:
        if self._server is None:
            return
        self._server.stop()
        reset_model_data()
        self._server = None
        self._running.release()


def _refusal(status: int, reason: str) -> Response:
    """Before it is known which service is meant: in JSON, which most of them speak."""
    code = "InternalFailure" if status == 500 else "BadRequestException"
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", code)]
    body = json.dumps({"__type": code, "message": reason}).encode()
    return Response(status=status, headers=headers, body=body)
