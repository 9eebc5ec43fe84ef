"""Rows come back from their lines as they went, and what a kill tears is not read."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from training_code.recorder.row_lines import line_of, read_rows
from training_code.recorder.rows import (
    GpuUse,
    Row,
    Statistics,
    StepRow,
    StepSeconds,
    SystemRow,
    TensorRow,
)

STEP = StepRow(
    step=3,
    epoch=1,
    phase="train",
    time=1.5,
    loss=0.7,
    lr=(0.01, 0.001),
    images=32,
    seconds=StepSeconds(data=0.5, forward=0.25),
)
TENSOR = TensorRow(
    step=3,
    epoch=1,
    phase="valid",
    collection="labels",
    name="labels",
    stats=Statistics(
        mean=0.0,
        abs_mean=0.5,
        variance=1.0,
        min=-1.0,
        max=1.0,
        norm=2.0,
        p5=-0.9,
        p95=0.9,
        counts=(3, 4),
    ),
)
SYSTEM = SystemRow(
    time=0.5,
    cpu=75.0,
    cores=(100.0, 50.0),
    memory_bytes=10**9,
    memory_percent=25.0,
    io_wait=0.0,
    disk_read=0,
    disk_write=4096,
    net_in=10,
    net_out=20,
    gpu=(GpuUse(utilization=80.0, memory_bytes=10**8, memory_percent=5.0),),
)


@pytest.mark.parametrize("row", [STEP, TENSOR, SYSTEM], ids=["step", "tensor", "system"])
def test_a_row_comes_back_from_its_line(row: Row, tmp_path: Path) -> None:
    (tmp_path / row.FILE).write_text(line_of(row) + "\n" + line_of(row) + "\n")

    assert list(read_rows(tmp_path, type(row))) == [row, row]


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    (tmp_path / StepRow.FILE).write_text(line_of(STEP) + "\n" + line_of(STEP)[:-9])

    assert list(read_rows(tmp_path, StepRow)) == [STEP]


def test_a_loss_that_is_no_number_is_null_for_any_reader(tmp_path: Path) -> None:
    line = line_of(StepRow(**{**vars(STEP), "loss": math.inf}))
    (tmp_path / StepRow.FILE).write_text(line + "\n")

    (row,) = read_rows(tmp_path, StepRow)

    assert json.loads(line)["loss"] is None
    assert math.isnan(row.loss)


def test_a_job_without_a_recorder_has_no_rows(tmp_path: Path) -> None:
    assert list(read_rows(tmp_path, SystemRow)) == []
