"""What `reconcile` has looked at, in memory."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.rounds import Look


class FakeRounds:
    def __init__(self) -> None:
        self._looks: dict[str, Look] = {}

    def looks(self) -> Mapping[str, Look]:
        return dict(self._looks)

    def save(self, subject: str, look: Look) -> None:
        self._looks[subject] = look

    def forget(self, subject: str) -> None:
        self._looks.pop(subject, None)
