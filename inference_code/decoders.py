"""Decoding in processes that can be ended: a few, started when they are first needed."""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from inference_code.decoder_process import DecoderDied, DecoderProcess, NoDecoder, PreparedPhoto
from inference_code.environment import processors
from inference_code.photos import Photo, read_photo
from inference_code.preprocessing import Preprocessing
from inference_code.unreadable import UnreadableImage

LIMIT_SECONDS = 20.0


class Decoders:
    """Safe to be used by many threads at once: each has a process for itself, or waits for one."""

    def __init__(
        self,
        preprocessing: Preprocessing,
        *,
        count: int | None = None,
        limit_seconds: float = LIMIT_SECONDS,
        decode: Callable[[bytes], Photo] = read_photo,
    ) -> None:
        self._count = count or processors()
        self._idle: queue.LifoQueue[DecoderProcess] = queue.LifoQueue()
        self._taking_all = threading.Lock()
        for _ in range(self._count):
            self._idle.put(DecoderProcess(preprocessing, limit_seconds, decode))

    def decode(self, body: bytes, due: float = math.inf) -> PreparedPhoto:
        """The photo, or UnreadableImage; it neither hangs nor dies with its decoder.

        Not begun when it cannot begin until `due`, in seconds of the monotonic clock: NoDecoder.
        """
        try:
            with self._one(due) as process:
                return process.decode(body)
        except DecoderDied:
            return self._decode_alone(body)

    def _decode_alone(self, body: bytes) -> PreparedPhoto:
        """Again while no other image is decoded: those may have taken all memory."""
        with self._all() as processes:
            try:
                return processes[0].decode(body)
            except DecoderDied as error:
                raise UnreadableImage(
                    "crashed_decoder", "the decoder crashed on this image, twice"
                ) from error

    @contextmanager
    def _one(self, due: float) -> Iterator[DecoderProcess]:
        left = max(0.0, due - time.monotonic())
        try:
            process = self._idle.get(timeout=min(left, threading.TIMEOUT_MAX))
        except queue.Empty as error:
            raise NoDecoder("no decoding process was free in time") from error
        try:
            yield process
        finally:
            self._idle.put(process)

    @contextmanager
    def _all(self) -> Iterator[list[DecoderProcess]]:
        with self._taking_all:  # two at a time would wait for each other
            processes = [self._idle.get() for _ in range(self._count)]
        try:
            yield processes
        finally:
            for process in processes:
                self._idle.put(process)

    def close(self) -> None:
        """End all processes; the next image would start one again."""
        with self._all() as processes:
            for process in processes:
                process.end()
