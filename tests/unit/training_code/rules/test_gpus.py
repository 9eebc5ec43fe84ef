"""The rules over GPUs, by rows as the recorder writes them on a machine that has some."""

from __future__ import annotations

import dataclasses

import pytest

from tests.support.histories import history, moment
from training_code.recorder.rows import GpuUse, SystemRow
from training_code.rules.gpus import BatchSize, GPUMemoryIncrease, LoadBalancing, LowGPUUtilization
from training_code.rules.machine import CPUBottleneck, IOBottleneck
from training_code.rules.registry import RULES

MOMENTS = 1200  # ten minutes


def one_gpu(used: float, memory: float = 80.0, **more: float) -> list[SystemRow]:
    return [moment(n, (used, memory), **more) for n in range(MOMENTS)]


def test_a_gpu_that_is_hardly_used_is_found() -> None:
    verdict = LowGPUUtilization().judge(history(one_gpu(40)))

    assert verdict is not None
    assert verdict.issue
    assert verdict.sentence.startswith("GPU 0 is hardly used: it was 40 % to 40 % busy")
    assert verdict.numbers == {"gpu": 0, "p5": 40, "p95": 40}


def test_a_gpu_that_waits_by_turns_is_found() -> None:
    turns = [moment(n, (95 if n % 4 else 0, 80)) for n in range(MOMENTS)]

    verdict = LowGPUUtilization().judge(history(turns))

    assert verdict is not None
    assert verdict.issue
    assert "busy and idle by turns" in verdict.sentence


def test_a_busy_gpu_is_well_used() -> None:
    verdict = LowGPUUtilization().judge(history(one_gpu(96)))

    assert verdict is not None
    assert not verdict.issue


def test_a_larger_batch_is_advised_only_where_everything_has_room() -> None:
    roomy = BatchSize().judge(history(one_gpu(50, 30, cpu=40)))
    full = BatchSize().judge(history(one_gpu(50, 90, cpu=40)))

    assert roomy is not None
    assert roomy.issue
    assert full is not None
    assert not full.issue


def test_memory_that_fills_up_is_found_and_memory_that_is_full_is_not() -> None:
    filling = [moment(n, (90, 20 + n / 20)) for n in range(MOMENTS)]

    found = GPUMemoryIncrease().judge(history(filling))
    full = GPUMemoryIncrease().judge(history(one_gpu(90, 95)))

    assert found is not None
    assert found.issue
    assert found.numbers["last_percent"] - found.numbers["first_percent"] == pytest.approx(30)
    assert full is not None
    assert not full.issue


def test_gpus_that_are_used_differently_are_found() -> None:
    uneven = [moment(n, (95, 80), (20, 30)) for n in range(50)]
    even = [moment(n, (95, 80), (93, 80)) for n in range(50)]

    found, sound = LoadBalancing().judge(history(uneven)), LoadBalancing().judge(history(even))

    assert found is not None
    assert found.issue
    assert found.numbers["difference"] == 1
    assert sound is not None
    assert not sound.issue


def test_a_gpu_that_idles_beside_a_busy_cpu_is_a_bottleneck_of_the_cpu() -> None:
    found = CPUBottleneck().judge(history(one_gpu(5, cpu=99)))
    sound = CPUBottleneck().judge(history(one_gpu(95, cpu=99)))

    assert found is not None
    assert found.issue
    assert found.numbers["percent"] == 100
    assert sound is not None
    assert not sound.issue


def test_a_gpu_that_idles_while_disks_are_waited_for_is_a_bottleneck_of_theirs() -> None:
    found = IOBottleneck().judge(history(one_gpu(5, io_wait=80)))
    sound = IOBottleneck().judge(history(one_gpu(95, io_wait=80)))

    assert found is not None
    assert found.issue
    assert sound is not None
    assert not sound.issue


@pytest.mark.parametrize(
    "name", ["LowGPUUtilization", "BatchSize", "GPUMemoryIncrease", "LoadBalancing"]
)
def test_a_rule_over_gpus_is_silent_too_early_and_without_any(name: str) -> None:
    rule = RULES[name]()
    few, none = one_gpu(0)[:5], [moment(n) for n in range(MOMENTS)]

    assert rule.judge(history(few)) is None
    assert rule.judge(history(none)) is None


def test_the_first_gpu_is_not_the_only_one_that_is_looked_at() -> None:
    idle = GpuUse(utilization=0, memory_bytes=0, memory_percent=1)
    rows = [dataclasses.replace(row, gpu=(*row.gpu, idle)) for row in one_gpu(95)]

    verdict = LowGPUUtilization().judge(history(rows))

    assert verdict is not None
    assert verdict.numbers["gpu"] == 1
