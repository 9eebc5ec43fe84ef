"""Deployments and runs of every variant."""

from __future__ import annotations

import pytest

from pipeline.run import Run
from pipeline.settings import Settings
from tests.support.samples import SETTINGS
from tests.support.variants import LONGEST, RUNS, SMALLEST


@pytest.fixture(params=[SETTINGS, LONGEST, SMALLEST], ids=["ordinary", "longest", "smallest"])
def settings(request: pytest.FixtureRequest) -> Settings:
    chosen: Settings = request.param
    return chosen


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest) -> Run:
    return RUNS[request.param]
