"""A server on a loopback port, a thread for each connection: what every front listens with."""

from __future__ import annotations

import contextlib
import socket
import threading

from localcloud.sagemaker.http.connection import Connection, Front

_BACKLOG = 128
_PAUSE = 0.1


class LoopbackServer:
    """Connections are accepted from the start; they are answered once `start` is called."""

    def __init__(self, front: Front, *, port: int = 0) -> None:
        self._front = front
        self._listener = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
        self.port = int(self._listener.getsockname()[1])
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, name=f"{front.name} {self.address}")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests; those that are being answered still get their answer."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the accepting thread
        self._listener.close()
        if self._thread.is_alive():
            self._thread.join()
        with self._lock:
            for client in self._open:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RD)  # to its thread, as if the client had gone

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                client, (source, port) = self._listener.accept()
            except OSError:
                # Stopped, else out of file descriptors: some will be free again.
                self._stopping.wait(_PAUSE)
                continue
            with self._lock:
                self._open.add(client)
            # Daemons: a handler that never returns must not keep the process alive.
            threading.Thread(
                target=self._serve,
                args=(client, source),
                name=f"{self._front.name} for {source}:{port}",
                daemon=True,
            ).start()

    def _serve(self, client: socket.socket, source: str) -> None:
        try:
            Connection(client, source, self._front).serve()
        finally:
            with self._lock:
                self._open.discard(client)
