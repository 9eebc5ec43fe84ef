"""What a run of many images came to, as `docs/scale.json` keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.bill import Bill


@dataclass(frozen=True, kw_only=True)
class Model:
    """What is given: how many instances, what one predicts, and how long it is in coming.

    A transform job is paid from when it has its instances: what it loads then is paid, too.
    """

    instances: int
    images_per_second: float
    start_minutes: float
    paid_start_minutes: float
    instance: str = "ml.c5.xlarge"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of one function. Memory is its imports and the most that a traced call had at once."""

    calls: int
    most_megabytes: float
    configured_megabytes: int
    most_seconds: float
    timeout_seconds: float


@dataclass(frozen=True, kw_only=True)
class Result:
    images: int
    documents: str
    model: Model
    jobs: int
    hours: float  # from the first image to the last document
    bill: Bill
    functions: Mapping[str, Figures]

    @property
    def dollars(self) -> Mapping[str, float]:
        """By service, for a million images."""
        found = self.bill.dollars(self.model.instance)
        return {service: cost / self.images * 1_000_000 for service, cost in found.items()}


def dump(results: Sequence[Result]) -> str:
    return json.dumps([asdict(result) for result in results], indent=1) + "\n"


def load(path: Path) -> list[Result]:
    if not path.exists():
        return []
    return [
        Result(
            **record
            | {
                "model": Model(**record["model"]),
                "bill": Bill(**record["bill"]),
                "functions": {
                    name: Figures(**figures) for name, figures in record["functions"].items()
                },
            }
        )
        for record in json.loads(path.read_text(encoding="utf-8"))
    ]
