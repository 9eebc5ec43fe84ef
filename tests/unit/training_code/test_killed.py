"""SageMaker kills a job that it stops, untold: what was written by then is what is left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from localcloud.sagemaker.containers.layout import python_path
from tests.support.training_jobs import BACKBONE, Job

ENDLESS = ["--epochs", "100000", "--batch-size", "8", "--lr", "0.003", "--num-workers", "0"]
NETWORK = ["--backbone", BACKBONE, "--weights", "none"]


def kill_after_first_epoch(program: str, job: Job, output: Path) -> None:
    channels = ("dataset", "preparation", "features")
    environment = {f"SM_CHANNEL_{name.upper()}": str(job.folder / name) for name in channels}
    environment |= {"SAGEMAKER_BASE_DIR": str(output)}
    environment |= {"PYTHONPATH": python_path()}
    environment |= {"SM_MODEL_DIR": str(output / "model"), "SM_OUTPUT_DIR": str(output)}
    command = [sys.executable, "-m", f"training_code.{program}", *ENDLESS, *NETWORK]
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            if line.startswith("valid epoch=2 "):
                process.kill()


def test_a_killed_training_leaves_its_best_epoch(prepared: Job, tmp_path: Path) -> None:
    kill_after_first_epoch("train", prepared, tmp_path)

    history = json.loads((tmp_path / "data/history.json").read_text())
    assert history[0]["epoch"] == 1
    assert load_file(tmp_path / "checkpoints/weights.safetensors")


def test_a_killed_trial_leaves_its_best_head(prepared: Job, tmp_path: Path) -> None:
    kill_after_first_epoch("trial", prepared, tmp_path)

    assert json.loads((tmp_path / "model/head.json").read_text())["epoch"] >= 1
    assert len(json.loads((tmp_path / "data/epochs.json").read_text())["validation_loss"]) >= 1
    assert np.load(tmp_path / "model/head.npz")["2.weight"].shape[1] == 512
