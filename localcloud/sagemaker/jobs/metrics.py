"""Metric definitions: regular expressions that find numbers in the lines of a log."""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from localcloud.sagemaker.region.errors import invalid
from localcloud.sagemaker.region.shapes import Json


@dataclass(frozen=True)
class Observation:
    value: float
    time: float


class Metrics:
    """All values that a job's log has shown so far, by metric."""

    def __init__(self, definitions: Iterable[Json]) -> None:
        self._expressions = {item["Name"]: re.compile(item["Regex"]) for item in definitions}
        self._lock = threading.Lock()
        self._seen: dict[str, list[Observation]] = {}

    def read(self, line: str) -> list[tuple[str, Observation]]:
        """Keeps what the line shows, and returns it by the names of the metrics."""
        found = [
            (name, Observation(value, time.time()))
            for name, expression in self._expressions.items()
            for match in expression.finditer(line)
            if (value := number(match.group(1))) is not None
        ]
        with self._lock:
            for name, observation in found:
                self._seen.setdefault(name, []).append(observation)
        return found

    def values(self, name: str) -> list[float]:
        with self._lock:
            return [observation.value for observation in self._seen.get(name, ())]

    def final(self) -> list[Json]:
        """FinalMetricDataList: the last value of each metric."""
        with self._lock:
            return [
                {"MetricName": name, "Value": seen[-1].value, "Timestamp": seen[-1].time}
                for name, seen in self._seen.items()
            ]

    def summaries(self) -> list[Json]:
        """Each metric's values in one line, as trial components show them."""
        with self._lock:
            return [summary(name, seen) for name, seen in self._seen.items()]


def summary(name: str, seen: Sequence[Observation]) -> Json:
    values = [observation.value for observation in seen]
    return {
        "MetricName": name,
        "TimeStamp": seen[-1].time,
        "Max": max(values),
        "Min": min(values),
        "Last": values[-1],
        "Count": len(values),
        "Avg": statistics.fmean(values),
        "StdDev": statistics.pstdev(values),
    }


def number(text: str | None) -> float | None:
    """None where the expression has caught something that is no number: not an observation."""
    try:
        return float(text or "")
    except ValueError:
        return None


def check_definitions(definitions: Iterable[Json]) -> None:
    for item in definitions:
        try:
            groups = re.compile(item["Regex"]).groups
        except re.error as error:
            message = f"The regex of metric {item['Name']} is not valid: {error}"
            raise invalid(message) from error
        if groups < 1:
            raise invalid(f"The regex of metric {item['Name']} has no capture group.")
