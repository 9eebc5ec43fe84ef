"""The server process inside a model container: `python -P serving.py PORT_FILE`.

It knows nothing of the engine. It loads the user's inference code through AWS's inference toolkit
and serves /ping and /invocations; it listens only once the model is loaded.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import FrameType
from typing import Any

from sagemaker_inference.environment import Environment
from sagemaker_inference.transformer import Transformer

# TorchServe's own limit, which Batch Transform's MaxPayloadInMB does not reach.
DEFAULT_MAX_REQUEST = 6_553_500
# Each of these gives the model settings of its own, in which a time-out that is not set is 60 s,
# whatever SAGEMAKER_MODEL_SERVER_TIMEOUT says.
OWN_SETTINGS = "SAGEMAKER_TS_"
OWN_TIMEOUT, DEFAULT_OWN_TIMEOUT = "SAGEMAKER_TS_RESPONSE_TIMEOUT", "60"
LOCAL = ("127.0.0.1", 0)
HTTP_OK = 200


class Context:
    """What the toolkit wants to know of a request, and where it puts what it says about it."""

    def __init__(self, model_folder: str, headers: Mapping[str, str]) -> None:
        self.model_name = "model"
        self.system_properties = {"model_dir": model_folder, "gpu_id": None}
        self.request_processor = [self]
        self.content_type = "application/json"
        self.status = 200
        self._headers = dict(headers)

    def get_request_properties(self) -> dict[str, str]:
        return self._headers

    def set_response_content_type(self, _number: int, content_type: str) -> None:
        self.content_type = content_type

    def set_response_status(self, code: int = 200, phrase: str = "", _number: int = 0) -> None:
        self.status = code
        if code != HTTP_OK:
            print(f"answered {code}: {phrase}", flush=True)


class Server(HTTPServer):
    """One worker: one request at a time, as inference code may expect."""

    def __init__(self, transformer: Transformer, listener: socket.socket) -> None:
        self.transformer = transformer
        self.max_request = int(os.environ.get("TS_MAX_REQUEST_SIZE", DEFAULT_MAX_REQUEST))
        self.response_seconds = response_seconds()
        super().__init__(LOCAL, Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener


class Handler(BaseHTTPRequestHandler):
    server: Server
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._answer(HTTP_OK if self.path == "/ping" else 404, b"", "text/plain")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if self.path != "/invocations":
            self._answer(404, b"", "text/plain")
        elif length > self.server.max_request:
            self.close_connection = True
            text = f"Request of {length} bytes exceeds {self.server.max_request}"
            self._answer(413, text.encode(), "text/plain")
        else:
            self._invoke(self.rfile.read(length))

    def _invoke(self, body: bytes) -> None:
        context = Context(model_folder(), dict(self.headers.items()))
        patience = threading.Timer(self.server.response_seconds, self._give_up)
        patience.daemon = True
        patience.start()
        answers = self.server.transformer.transform([{"body": body}], context)
        patience.cancel()
        answer = answers[0]
        if context.status != HTTP_OK:
            print(answer, flush=True)  # the toolkit's answer is the traceback: keep it in the log
        content = answer.encode() if isinstance(answer, str) else bytes(answer)
        self._answer(context.status, content, context.content_type)

    def _give_up(self) -> None:
        """As the model server does with a worker that does not answer: another takes its place."""
        seconds = self.server.response_seconds
        print(f"Backend worker did not respond in {seconds} s: worker died", flush=True)
        self._answer(500, b"Worker died.", "text/plain")
        self.wfile.flush()
        descriptor = self.server.socket.fileno()
        os.set_inheritable(descriptor, True)
        os.execv(sys.executable, [sys.executable, "-P", __file__, "", str(descriptor)])  # noqa: S606

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Access lines would drown the user's own."""


def load() -> Transformer:
    """The user's handlers with the model loaded."""
    transformer = Transformer()
    transformer.validate_and_initialize(model_folder(), Context(model_folder(), {}))
    return transformer


def response_seconds() -> int:
    """How long the model server waits for a worker's answer."""
    if any(name.startswith(OWN_SETTINGS) for name in os.environ):
        return int(os.environ.get(OWN_TIMEOUT, DEFAULT_OWN_TIMEOUT))
    return int(Environment().model_server_timeout)


def model_folder() -> str:
    return str(Path(os.environ["SAGEMAKER_BASE_DIR"]) / "model")


def more_workers(listener: socket.socket) -> None:
    """Starts the other workers that the model's environment asks for; all accept from one port."""
    for _ in range(int(os.environ.get("SAGEMAKER_MODEL_SERVER_WORKERS") or 1) - 1):
        descriptor = listener.fileno()
        command = [sys.executable, "-P", __file__, "", str(descriptor)]
        subprocess.Popen(command, pass_fds=[descriptor])


def end_at_once(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def main(port_file: str, descriptor: str = "") -> int:
    signal.signal(signal.SIGTERM, end_at_once)  # as model servers do
    listener = socket.socket(fileno=int(descriptor)) if descriptor else socket.create_server(LOCAL)
    if not descriptor:
        more_workers(listener)
    try:
        transformer = load()
    except Exception:
        # The process boundary of the user's code: its traceback belongs into the log.
        traceback.print_exc()
        return 1
    if port_file:
        announce(port_file, listener.getsockname()[1])
    Server(transformer, listener).serve_forever()
    return 0


def announce(port_file: str, port: int) -> None:
    """Written beside and renamed: whoever sees the file finds all of the number in it."""
    unfinished = Path(f"{port_file}.part")
    unfinished.write_text(str(port))
    unfinished.replace(port_file)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
