"""How tests say what goes wrong from now on."""

from __future__ import annotations

from collections.abc import Callable

Suffer = Callable[..., None]
