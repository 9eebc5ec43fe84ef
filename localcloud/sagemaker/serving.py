"""The server process inside a model container: `python -P serving.py PORT_FILE`.

It knows nothing of the engine. It loads the user's inference code through AWS's inference toolkit
and serves /ping and /invocations; it listens only once the model is loaded.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from sagemaker_inference.transformer import Transformer

# TorchServe's own limit, which Batch Transform's MaxPayloadInMB does not reach.
DEFAULT_MAX_REQUEST = 6_553_500


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


HTTP_OK = 200


class Server(HTTPServer):
    request_queue_size = 128

    def __init__(self, transformer: Any, model_folder: str) -> None:
        self.transformer = transformer
        self.model_folder = model_folder
        self.max_request = int(os.environ.get("TS_MAX_REQUEST_SIZE", DEFAULT_MAX_REQUEST))
        super().__init__(("127.0.0.1", 0), Handler)


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
        context = Context(self.server.model_folder, dict(self.headers.items()))
        answers = self.server.transformer.transform([{"body": body}], context)
        answer = answers[0]
        if context.status != HTTP_OK:
            print(answer, flush=True)  # the toolkit's answer is the traceback: keep it in the log
        content = answer.encode() if isinstance(answer, str) else bytes(answer)
        self._answer(context.status, content, context.content_type)

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Access lines would drown the user's own."""


def main(port_file: str) -> int:
    model_folder = str(Path(os.environ["SAGEMAKER_BASE_DIR"]) / "model")
    transformer = Transformer()
    try:
        transformer.validate_and_initialize(model_folder, Context(model_folder, {}))
    except Exception:
        # The process boundary of the user's code: its traceback belongs into the log.
        traceback.print_exc()
        return 1
    server = Server(transformer, model_folder)
    unfinished = Path(f"{port_file}.part")
    unfinished.write_text(str(server.server_address[1]))
    unfinished.replace(port_file)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
