"""moto as a server thread of this process: S3, SQS, EventBridge and the rest of the account."""

import logging
import socket
import threading
import warnings

from moto.core.model_instances import reset_model_data
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from localcloud.aws import judge
from localcloud.aws.guard import Guard
from localcloud.aws.patches import table
from localcloud.iam.authority import Record, ignored


class PortTaken(Exception):
    """Something else listens there: choose another port, or none."""


class MotoServer:
    """Listens on 127.0.0.1 only; its state is this process's, so there can be one at a time."""

    _running = threading.Lock()

    def __init__(self, port: int = 0, *, record: Record = ignored) -> None:
        self.authority = judge.appoint(record)
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

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
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else a line for each request
        logging.getLogger("moto").setLevel(logging.ERROR)
        # It warns of each resource that it does not know, such as a bucket policy, and goes on.
        warnings.filterwarnings("ignore", message="Tried to parse AWS::", category=UserWarning)
        # Bound here: werkzeug would end the whole process if the port is taken.
        with _bound(self._port) as listener:
            self._port = listener.getsockname()[1]
            self._server = make_server(
                "127.0.0.1",
                self._port,
                Guard(DomainDispatcherApplication(create_backend_app), self.authority),
                threaded=True,
                request_handler=MotoRequestHandler,
                fd=listener.fileno(),
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="moto", kwargs={"poll_interval": 0.2}
        )
        self._thread.start()

    def stop(self) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        reset_model_data()
        self._server = None
        self._running.release()


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise PortTaken(f"port {port} of 127.0.0.1 cannot be used: {error.strerror}") from error
