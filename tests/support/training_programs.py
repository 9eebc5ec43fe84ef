"""The programs of training jobs as processes of their own, as SageMaker's toolkit starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from localcloud.sagemaker.containers.layout import python_path
from tests.support.training_jobs import BACKBONE, Job

PROJECT = Path(__file__).parents[2]
NETWORK = ["--backbone", BACKBONE, "--weights", "none"]
NETWORK += ["--batch-size", "8", "--lr", "0.003", "--num-workers", "0"]


def run_program(
    program: str,
    job: Job,
    output: Path,
    *arguments: str,
    until: str = "never",
    by: Sequence[str] = (),
) -> list[str]:
    """What it printed; killed as soon as it prints a line that begins so.

    `by` is what starts it, as torchrun does.
    """
    channels = ("dataset", "preparation", "features")
    environment = {f"SM_CHANNEL_{name.upper()}": str(job.folder / name) for name in channels}
    environment |= {"SAGEMAKER_BASE_DIR": str(output)}
    environment |= {"PYTHONPATH": python_path()}
    environment |= {"SM_MODEL_DIR": str(output / "model"), "SM_OUTPUT_DIR": str(output)}
    script = str(PROJECT / "training_code" / f"{program}.py")
    command = [sys.executable, *by, script, *NETWORK, *arguments]
    lines = []
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if line.startswith(until):
                process.kill()
    return lines


def report(output: Path, name: str) -> Any:
    return json.loads((output / "data" / name).read_text())
