"""What a batch's images have cost in the container that predicted them. Pure.

The container adds a row of sums to the answer of each request (inference_code has the fields).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

Costs = Mapping[str, float]

# As the container writes it: rows of images need not be read for it a second time.
_BEGINS = b'{"costs": '


def costs_in(output: bytes) -> dict[str, float]:
    """Of a part; nothing of a container that does not tell."""
    lines = (line for line in output.split(b"\n") if line.startswith(_BEGINS))
    return added_up(_costs_of(line) for line in lines)


def added_up(several: Iterable[Costs]) -> dict[str, float]:
    """Sums; of what is the most that something has needed, the most."""
    total: dict[str, float] = {}
    for one in several:
        for name, value in one.items():
            before = total.get(name, 0)
            total[name] = max(before, value) if name.endswith("_bytes") else before + value
    return total


def per_image(costs: Costs) -> dict[str, float]:
    """Milliseconds of one image, by what they were spent on."""
    images = costs.get("images", 0)
    return {
        name.replace("_seconds", "_ms"): round(1000 * value / images, 3)
        for name, value in costs.items()
        if name.endswith("_seconds") and images
    }


def _costs_of(line: bytes) -> Costs:
    try:
        row = json.loads(line)
    except ValueError:  # cut off
        return {}
    given = row["costs"] if isinstance(row, dict) else {}
    return {name: value for name, value in given.items() if isinstance(value, int | float)}
