"""Deployed functions that keep what they are given, and answer what a test lays in."""

from __future__ import annotations

import json
from typing import Any

from localcloud.functions.invocation import Functions, Outcome


class FakeFunctions(Functions):
    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.events: list[Any] = []

    def invoke(self, function: str, payload: bytes) -> Outcome:
        self.events.append(json.loads(payload))
        return Outcome(payload=json.dumps(self.answer).encode())

    def invoke_later(self, function: str, payload: bytes) -> str:
        self.events.append(json.loads(payload))
        return "accepted"
