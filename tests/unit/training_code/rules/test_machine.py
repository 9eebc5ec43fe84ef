"""The rules over the machine, by what the recorder has seen of this one."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import nn

from tests.support.histories import history
from tests.support.watched_trainings import Batch, WatchedTraining, blobs, network
from training_code.job.environment import processor_count
from training_code.recorder.machine import Machine
from training_code.recorder.rows import GpuUse, SystemRow
from training_code.rules.history import History
from training_code.rules.machine import (
    CPUBottleneck,
    Dataloader,
    IOBottleneck,
    OverallSystemUsage,
    StepOutlier,
)


def rows_of_a_busy_machine() -> list[SystemRow]:
    """While a process burns each of its cores."""
    burn = [sys.executable, "-c", "while True: pass"]
    burning = [subprocess.Popen(burn) for _ in range(processor_count())]
    try:
        machine = Machine()
        rows = []
        for number in range(5):
            subprocess.run(["sleep", "0.2"], check=True)
            rows.append(machine.look(number / 5))
        return rows
    finally:
        for one in burning:
            one.kill()
            one.wait()


def with_gpu(row: SystemRow, used: float) -> SystemRow:
    gpu = GpuUse(utilization=used, memory_bytes=0, memory_percent=50)
    return dataclasses.replace(row, gpu=(gpu,))


def test_a_busy_cpu_is_a_bottleneck_only_beside_a_gpu_that_idles() -> None:
    rows = rows_of_a_busy_machine()
    rule = CPUBottleneck(patience=5)

    idle = rule.judge(history(with_gpu(row, 3) for row in rows))
    busy = rule.judge(history(with_gpu(row, 95) for row in rows))

    assert idle is not None
    assert idle.issue, idle.sentence
    assert busy is not None
    assert not busy.issue
    assert rule.judge(history(rows)) is None  # without a GPU it is what computes


def test_a_machine_that_computes_does_not_wait_for_its_disks() -> None:
    verdict = IOBottleneck(patience=5).judge(history(rows_of_a_busy_machine()))

    assert verdict is not None
    assert not verdict.issue


def test_how_the_machine_was_used_is_told_without_finding_anything(well: History) -> None:
    verdict = OverallSystemUsage().judge(well)

    assert verdict is not None
    assert not verdict.issue
    assert verdict.numbers.keys() >= {"cpu_p50", "cpu_p95", "cpu_p99", "memory_p50", "io_wait_p99"}


def waiting(batches: Sequence[Batch]) -> Iterator[Batch]:
    """As if each batch came from far away."""
    for batch in batches:
        subprocess.run(["sleep", "0.02"], check=True)
        yield batch


def test_steps_that_wait_for_images_want_more_processes_to_load_them(tmp_path: Path) -> None:
    def verdict_with(workers: int) -> object:
        training = WatchedTraining(
            folder=tmp_path / str(workers),
            network=network(nn.ReLU()),
            train=blobs(90),
            epochs=1,
            workers=workers,
            loader=waiting,
        )
        verdict = Dataloader().judge(training.history())
        assert verdict is not None
        return verdict.issue

    assert verdict_with(0)
    assert not verdict_with(processor_count())


def test_steps_that_do_not_wait_need_no_process_to_load_images(well: History) -> None:
    verdict = Dataloader().judge(well)

    assert verdict is not None
    assert not verdict.issue, verdict.sentence


def test_steps_that_take_far_longer_than_the_others_are_found(tmp_path: Path) -> None:
    large = blobs(200_000)

    def with_large_ones(batches: Sequence[Batch]) -> Iterator[Batch]:
        for number, batch in enumerate(batches):
            yield large if number in {50, 100, 150} else batch

    training = WatchedTraining(
        folder=tmp_path,
        network=network(nn.ReLU(), width=64),
        train=blobs(200),
        batch_size=1,
        epochs=1,
        loader=with_large_ones,
    ).history()
    rule = StepOutlier(stddev=1, n_outliers=2)

    found = rule.judge(training)

    assert found is not None
    assert found.issue, found.sentence
    assert found.numbers["outliers"] >= 3


def test_steps_that_take_alike_have_no_outliers(well: History) -> None:
    verdict = StepOutlier().judge(well)

    assert verdict is not None
    assert not verdict.issue
    assert torch.tensor(verdict.numbers["longest_seconds"]).isfinite()
