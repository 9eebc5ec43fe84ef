"""Deployments and runs of every variant, for the requests that they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.run import Run
from pipeline.run_settings import RunSettings, run_settings
from tests.support.job_outputs import BEST_VALUES
from tests.support.samples import SETTINGS, run_in, upload

LONGEST = replace(
    SETTINGS,
    service="s" * 6,
    stage="t" * 7,
    bucket="b" * 63,
    max_image_mb=100,
    max_runtime_seconds=5 * 24 * 3600,
)
SMALLEST = replace(SETTINGS, service="k", stage="1", max_image_mb=1, max_runtime_seconds=1)
GREATEST = RunSettings(
    backbone="b" * 41,
    weights="none",
    views=16,
    trainable="last_block",
    tuning_jobs=100,
    tuning_parallel=10,
    tuning_epochs=500,
    early_stopping="off",
    epochs=500,
    backbone_lr=1e-8,
    backbone_epochs=500,
    images_at_once=4096,
    seed=2**31 - 1,
    debugger="native",
)
FIXED: Mapping[str, object] = {
    "lr": 0.01,
    "weight_decay": 0.01,
    "dropout": 0.2,
    "batch_size": 64,
    "hidden_units": 0,
}
GRID: Mapping[str, object] = {**FIXED, "lr": {"values": [0.001, 0.01]}, "batch_size": [32, 64]}


def settings_of(given: Mapping[str, object]) -> RunSettings:
    return run_settings(given, defaults=RunSettings())


RUNS: Mapping[str, Run] = {
    "ordinary": run_in("evaluating", hyperparameters=BEST_VALUES),
    "native": run_in("evaluating", settings=RunSettings(debugger="native")),
    "in job": run_in(
        "evaluating", settings=RunSettings(search="in_job"), hyperparameters=BEST_VALUES
    ),
    "own weights": run_in("evaluating", weights=("weights/resnet50.pth",)),
    "greatest": run_in(
        "evaluating",
        settings=GREATEST,
        of=upload("datasets/" + "é" * 500 + ".zip", size=26 * 1024**3),
    ),
    "grid": run_in("evaluating", settings=settings_of({"strategy": "grid", "ranges": GRID})),
    "hyperband": run_in(
        "evaluating", settings=settings_of({"strategy": "hyperband", "early_stopping": "off"})
    ),
    "nothing to search": run_in("evaluating", settings=settings_of({"ranges": FIXED})),
    "several backbones": run_in(
        "evaluating",
        settings=settings_of({"backbone": ["resnet50", "resnet18", "vgg11", "vit_b_16"]}),
        weights=("weights/resnet50.pth", "weights/vgg11.pth"),
        hyperparameters={**BEST_VALUES, "backbone": "vgg11"},
    ),
    "one trial": run_in("evaluating", settings=RunSettings(tuning_jobs=1, tuning_parallel=10)),
}
