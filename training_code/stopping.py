"""Asked to stop: SageMaker sends SIGTERM and waits two minutes before it kills."""

from __future__ import annotations

import signal
from types import FrameType


class StopRequest:
    """Remembers that the job was asked to stop; loops look at it between batches."""

    def __init__(self) -> None:
        self.made = False

    def listen(self) -> StopRequest:
        """Take SIGTERM from now on."""
        signal.signal(signal.SIGTERM, self._remember)
        return self

    def _remember(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.made = True
