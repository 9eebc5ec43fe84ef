"""One change of moto: a name of one of its modules or classes, and what stands there instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Patch:
    owner: Any
    name: str
    replacement: Any

    def apply(self) -> None:
        assert hasattr(self.owner, self.name), (
            f"moto has no {self.name} any more: look at this patch again"
        )
        setattr(self.owner, self.name, self.replacement)
