"""Deployments and runs of every variant, and SageMaker's own rules for requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.validate import ParamValidator

from localcloud.sagemaker.api.validation import validate
from pipeline.run import Run
from pipeline.settings import RunSettings, Settings
from tests.support.job_outputs import BEST_VALUES
from tests.support.samples import SETTINGS, run_in, upload

LONGEST = replace(
    SETTINGS,
    service="s" * 6,
    stage="t" * 7,
    bucket="b" * 63,
    batch_images=5000,
    max_image_mb=100,
    max_runtime_seconds=5 * 24 * 3600,
)
SMALLEST = replace(SETTINGS, service="k", stage="1", max_image_mb=1, max_runtime_seconds=1)
GREATEST = RunSettings(
    backbone="b" * 41,
    weights="none",
    views=16,
    trainable="all",
    tuning_jobs=100,
    tuning_parallel=10,
    tuning_epochs=500,
    early_stopping="off",
    epochs=500,
    seed=2**31 - 1,
    debugger="native",
)
RUNS: Mapping[str, Run] = {
    "ordinary": run_in("evaluating", hyperparameters=BEST_VALUES),
    "native": run_in("evaluating", settings=RunSettings(debugger="native")),
    "own weights": run_in("evaluating", weights="weights/resnet50.pth"),
    "greatest": run_in(
        "evaluating", settings=GREATEST, of=upload("datasets/" + "é" * 500 + ".zip", size=10**13)
    ),
    "one trial": run_in("evaluating", settings=RunSettings(tuning_jobs=1, tuning_parallel=10)),
}

Accept = Callable[[str, Mapping[str, Any]], None]


@pytest.fixture(params=[SETTINGS, LONGEST, SMALLEST], ids=["ordinary", "longest", "smallest"])
def settings(request: pytest.FixtureRequest) -> Settings:
    chosen: Settings = request.param
    return chosen


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest) -> Run:
    return RUNS[request.param]


@pytest.fixture(scope="session")
def accept() -> Accept:
    """Raises unless botocore would send the request and SageMaker's limits and patterns hold."""
    session = boto3.Session(region_name="us-east-1")
    model = session.client("sagemaker").meta.service_model

    def check(operation: str, request: Mapping[str, Any]) -> None:
        shape = model.operation_model(operation).input_shape
        assert shape is not None
        errors = ParamValidator().validate(request, shape)
        assert not errors.has_errors(), errors.generate_report()
        validate(operation, dict(request))

    return check
