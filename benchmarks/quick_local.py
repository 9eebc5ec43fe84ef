"""From a zip to serving on a local cloud, `quick` beside `default`: seconds and starts of jobs.

Each preset is a run of the same zip, one after the other, on the deployed package.

    .venv/bin/python -m benchmarks.quick_local ZIP --weights mobilenet_v2.pth
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from localcloud.cloud import LocalCloud
from tests.support.service import Service

PRESETS = ("default", "quick")
LONGEST = 1500.0


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder, LocalCloud(Path(folder)) as cloud:
        service = Service(cloud.environment)
        backbone = options.weights.stem
        service.put(f"weights/{options.weights.name}", options.weights.read_bytes())
        print("| preset | states | seconds | job starts | test accuracy |\n|---|---|---|---|---|")
        for preset in options.preset or PRESETS:
            began = time.monotonic()
            service.upload(options.zip.read_bytes(), preset, preset=preset, backbone=backbone)
            run = service.run_in(preset, "serving", within=LONGEST)
            _tell(preset, run, time.monotonic() - began, _starts(service, run))


def _starts(service: Service, run: dict[str, Any]) -> int:
    """Of jobs that SageMaker begins an instance for; the trials of a tuning are such jobs."""
    sagemaker, jobs = service.client("sagemaker"), run["jobs"]
    trials = 0
    if "tuning" in jobs:
        pages = sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job")
        listed = pages.paginate(HyperParameterTuningJobName=jobs["tuning"])
        trials = sum(len(page["TrainingJobSummaries"]) for page in listed)
    return trials + len({"preparation", "training", "evaluation"} & jobs.keys())


def _tell(preset: str, run: dict[str, Any], seconds: float, starts: int) -> None:
    states = ", ".join(moment["state"] for moment in run["timeline"])
    accuracy = run["metrics"]["test_accuracy"]
    print(f"| `{preset}` | {states} | {seconds:.0f} | {starts} | {accuracy:.3f} |", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("zip", type=Path)
    parser.add_argument("--weights", type=Path, required=True, help="named as their backbone")
    parser.add_argument("--preset", action="append", help="instead of default and quick")
    return parser.parse_args()


if __name__ == "__main__":
    main()
