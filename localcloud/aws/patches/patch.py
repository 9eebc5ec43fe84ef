"""One change of moto: a name of one of its modules or classes, and what stands there instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Patch:
    owner: Any
    name: str
    replacement: Any
    is_new: bool = False  # moto has nothing of this name: an operation that it does not know

    def apply(self) -> None:
        assert hasattr(self.owner, self.name) is not self.is_new, (
            f"moto has {'a' if self.is_new else 'no'} {self.name} now: look at this patch again"
        )
        setattr(self.owner, self.name, self.replacement)
