"""One decoding process, as seen by the process that wants its answers."""

from __future__ import annotations

import dataclasses
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_code.costs import PhotoCost
from inference_code.environment import of_decoders
from inference_code.photos import Photo
from inference_code.preprocessing import Preprocessing
from inference_code.unreadable import UnreadableImage

# Nothing of the environment: paths come with the arguments.
INTERPRETER = (sys.executable, "-I", "-S", "-c")
# Our own path of imports, as it is now: servers extend theirs while they run.
PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from inference_code.decoder_program import main
main(*sys.argv[2:])
"""


class NoDecoder(Exception):
    """No process could be had: it does not start, or none was free in time."""


class DecoderDied(Exception):
    """The process is gone, and the image has no answer."""


@dataclass(frozen=True)
class PreparedPhoto:
    """The part of a photo that a network sees, and what its answer tells of the whole."""

    square: NDArray[np.uint8]  # [crop, crop, 3]
    width: int
    height: int
    format: str
    warnings: tuple[str, ...]
    cost: PhotoCost


class DecoderProcess:
    """One process, started when an image comes and none runs; for one thread at a time."""

    def __init__(
        self, preprocessing: Preprocessing, limit_seconds: float, decode: Callable[[bytes], Photo]
    ) -> None:
        self._crop = preprocessing.crop
        self._limit_seconds = limit_seconds
        self._arguments = [
            str(limit_seconds),
            json.dumps(dataclasses.asdict(preprocessing)),
            f"{decode.__module__}:{decode.__qualname__}",
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def decode(self, body: bytes) -> PreparedPhoto:
        connection = self._connection or self._start()
        try:
            connection.send_bytes(body)
            answer = json.loads(connection.recv_bytes())
            square = connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise self._death() from error
        if "code" in answer:
            raise UnreadableImage(answer["code"], answer["message"])
        return self._photo(answer, square)

    def _photo(self, known: dict[str, Any], square: bytes) -> PreparedPhoto:
        pixels = np.frombuffer(square, dtype=np.uint8).reshape(self._crop, self._crop, 3)
        told = {"warnings": tuple(known["warnings"]), "cost": PhotoCost(**known["cost"])}
        return PreparedPhoto(pixels, **{**known, **told})

    def _start(self) -> Connection:
        ours, theirs = Pipe()
        with theirs:
            paths = json.dumps(sys.path)
            self._process = subprocess.Popen(
                [*INTERPRETER, PROGRAM, paths, str(theirs.fileno()), *self._arguments],
                stdin=subprocess.PIPE,  # nothing is ever written: it closes when this process ends
                pass_fds=[theirs.fileno()],
                env=of_decoders(),
            )
        self._connection = ours
        try:
            ours.recv_bytes()  # that it is ready
        except (EOFError, OSError) as error:
            status = self.end()
            raise NoDecoder(f"a decoding process did not start (status {status})") from error
        return ours

    def _death(self) -> Exception:
        """Why there is no answer."""
        if self.end() == -signal.SIGALRM:
            limit = f"{self._limit_seconds:g} seconds"
            return UnreadableImage("too_slow", f"decoding the image takes more than {limit}")
        return DecoderDied()

    def end(self) -> int:
        """Leave nothing of the process; its exit status, negative for a signal."""
        process, self._process = self._process, None
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if process is None:
            return 0
        with process:
            if process.stdin is not None:
                process.stdin.close()
            try:
                return process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                process.kill()
                return process.wait()
