"""Rows of a training as its rules are given them."""

from __future__ import annotations

from collections.abc import Iterable

from training_code.recorder.rows import GpuUse, Row, SystemRow
from training_code.rules.history import History


def history(rows: Iterable[Row], epochs: int = 0) -> History:
    """With so many epochs ended."""
    seen = History(ended=epochs)
    for row in rows:
        seen.add(row)
    return seen


def moment(
    number: int, *gpus: tuple[float, float], cpu: float = 50.0, io_wait: float = 0.0
) -> SystemRow:
    """Of a machine with two cores; a GPU is its utilisation and its memory, in percent."""
    return SystemRow(
        time=number / 2,
        cpu=cpu,
        cores=(cpu, cpu),
        memory_bytes=2**30,
        memory_percent=25.0,
        io_wait=io_wait,
        disk_read=0,
        disk_write=0,
        net_in=0,
        net_out=0,
        gpu=tuple(
            GpuUse(utilization=used, memory_bytes=0, memory_percent=memory) for used, memory in gpus
        ),
    )
