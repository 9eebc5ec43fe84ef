"""What a look at a training has found, and what to change for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`said` holds the numbers that speak for it; `change` is empty where nothing need be done."""

    name: str
    said: str
    change: str = ""

    def sentence(self) -> str:
        return f"{self.said}: {self.change}." if self.change else f"{self.said}."
