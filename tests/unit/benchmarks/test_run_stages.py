"""The arithmetic of a run's stages."""

from __future__ import annotations

import pytest

from benchmarks.run_rates import Rates
from benchmarks.run_stages import Images, stages
from pipeline.run_settings import RunSettings, run_settings

RATES = Rates(first_view=0.06, further_view=0.03, epoch=0.5)
IMAGES = Images(train=6000, held_out=2000)


def chosen(**given: object) -> RunSettings:
    return run_settings(given, defaults=RunSettings())


def test_a_tuning_starts_a_job_a_trial_in_rounds() -> None:
    found = stages(chosen(tuning_jobs=5, tuning_parallel=2), IMAGES, RATES, start=4)

    assert [(one.name, one.starts) for one in found] == [
        ("preparation", 1),
        ("tuning", 5),
        ("training", 1),
        ("evaluation", 1),
    ]
    tuning = found[1]
    assert tuning.minutes == pytest.approx(3 * (4 + 30 * 0.5 / 60))
    assert tuning.dollars == pytest.approx(5 * (4 + 30 * 0.5 / 60) / 60 * 0.23)


def test_a_quick_run_starts_three_jobs_and_searches_in_the_first() -> None:
    found = stages(chosen(preset="quick", views=1), IMAGES, RATES, start=4)

    assert [one.starts for one in found] == [1, 1, 1]
    work = 11 + 8000 * 0.06 / 2 + 10 * 30 * 0.5 / 2
    assert found[0].minutes == pytest.approx(4 + work / 60)


def test_quick_is_quicker_and_cheaper_than_default() -> None:
    default, quick = (
        stages(chosen(preset=name), IMAGES, RATES, start=4) for name in ("default", "quick")
    )

    assert sum(one.minutes for one in quick) < sum(one.minutes for one in default) / 2
    assert sum(one.dollars for one in quick) < sum(one.dollars for one in default) / 2
