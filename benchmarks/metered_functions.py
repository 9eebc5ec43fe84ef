"""The deployed functions: each call is timed, and of some the memory is traced."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.bill import Bill
from benchmarks.scale_account import imported_megabytes
from benchmarks.scale_results import Figures
from pipeline.bootstrap import instead
from pipeline.ports import Services
from tests.chaos.aws.cloud import MemoryCloud
from tests.chaos.aws.wire import Answer, Params
from tests.chaos.deployed import functions

MEBIBYTE = 1024 * 1024
VCPU_MB = 1769  # the memory with which Lambda gives one processor
CALL_SECONDS = 0.03  # of a call to S3 or DynamoDB; most are made sixteen at a time
AT_ONCE = 16
# Tracing makes a call several times as long: the first of each function, then every so manieth.
TRACED_FIRST, TRACED_EVERY = 2, 50


@dataclass
class _Meter:
    calls: int = 0
    peak: float = 0.0
    seconds: float = 0.0
    typical: float = 0.0  # of a call that was not traced


@dataclass
class MeteredFunctions:
    cloud: MemoryCloud
    bill: Bill
    _meters: dict[str, _Meter] = field(default_factory=dict)
    _calls: Counter[str] = field(default_factory=Counter)

    def call(self, service: str, operation: str, params: Params) -> Answer:
        self._calls[operation] += 1
        self.bill.count(service, operation, params)
        return self.cloud.call(service, operation, params)

    def invoke(self, name: str, event: Mapping[str, Any], services: Services) -> float:
        """The seconds that Lambda would bill."""
        meter = self._meters.setdefault(name, _Meter())
        meter.calls += 1
        traced = meter.calls <= TRACED_FIRST or meter.calls % TRACED_EVERY == 0
        text = json.dumps(event)
        self._calls.clear()
        if traced:
            tracemalloc.start()
        began = time.process_time()
        with instead(services):
            functions()[name].handler(json.loads(text), None)
        seconds = time.process_time() - began
        if traced:
            kept, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            # What is kept lies in the account's own store.
            meter.peak = max(meter.peak, (peak - kept) / MEBIBYTE)
            seconds = meter.typical or seconds
        meter.typical = seconds
        return self._pay(name, meter, seconds)

    def figures(self) -> Mapping[str, Figures]:
        return {
            name: Figures(
                calls=meter.calls,
                most_megabytes=round(imported_megabytes(name) + meter.peak, 1),
                configured_megabytes=functions()[name].megabytes,
                most_seconds=round(meter.seconds, 1),
                timeout_seconds=functions()[name].timeout.total_seconds(),
            )
            for name, meter in sorted(self._meters.items())
        }

    def _pay(self, name: str, meter: _Meter, processed: float) -> float:
        """The processor's time, as far as the memory gives one, and the calls' way."""
        megabytes = functions()[name].megabytes
        calls = sum(self._calls.values())
        seconds = processed / min(1.0, megabytes / VCPU_MB) + calls * CALL_SECONDS / AT_ONCE
        meter.seconds = max(meter.seconds, seconds)
        self.bill.invocations += 1
        self.bill.gb_seconds += seconds * megabytes / 1024
        return seconds
