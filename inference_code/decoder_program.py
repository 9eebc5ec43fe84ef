"""The program of a decoding process: image bytes in, what a network sees of them out.

Pictures come from strangers, and decoders are written in C: one may hang, or die. Here it takes
nobody with it. The kernel ends the process when a picture takes too long (the alarm needs no
Python, which the decoder may not let run), and when the process that wants its answers is gone.
"""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from inference_code.costs import peak_memory
from inference_code.photos import Photo
from inference_code.preprocessing import Preprocessing
from inference_code.unreadable import UnreadableImage


def main(descriptor: str, limit_seconds: str, preprocessing: str, decoder: str) -> None:
    """Serve until nobody asks any more."""
    _end_with(sys.stdin.fileno())
    _offer_to_end_first()
    module, _, name = decoder.partition(":")
    decode: Callable[[bytes], Photo] = getattr(importlib.import_module(module), name)
    prepare = Preprocessing(**json.loads(preprocessing))
    with Connection(int(descriptor)) as asker:
        asker.send_bytes(b"ready")
        while True:
            try:
                body = asker.recv_bytes()
            except EOFError:
                return
            signal.setitimer(signal.ITIMER_REAL, float(limit_seconds))
            answer, square = _prepared(body, decode, prepare)
            signal.setitimer(signal.ITIMER_REAL, 0)
            asker.send_bytes(json.dumps(answer).encode())
            asker.send_bytes(square)


def _prepared(
    body: bytes, decode: Callable[[bytes], Photo], prepare: Preprocessing
) -> tuple[dict[str, Any], bytes]:
    """What the answer tells of the photo, and its pixels; an error, and none."""
    began, cpu = time.perf_counter(), time.process_time()
    try:
        photo = decode(body)
    except UnreadableImage as error:
        return {"code": error.code, "message": error.message}, b""
    decoded = time.perf_counter()
    square = np.asarray(prepare.center(photo.pixels))
    cost = {
        "decode": decoded - began,
        "preprocess": time.perf_counter() - decoded,
        "cpu": time.process_time() - cpu,
        "memory": peak_memory(),
    }
    known = {"width": photo.width, "height": photo.height, "format": photo.format}
    return {**known, "warnings": photo.warnings, "cost": cost}, square.tobytes()


def _end_with(lifeline: int) -> None:
    """Die when the other end of the pipe is closed, whatever this process is doing then."""
    for number in (signal.SIGALRM, signal.SIGIO):
        signal.signal(number, signal.SIG_DFL)  # whatever the asker made of them
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM, signal.SIGIO})
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # which a terminal sends to all of a group
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)


def _offer_to_end_first() -> None:
    """Where memory runs out, the kernel shall take this process, and not the server."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
