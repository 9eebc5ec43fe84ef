"""What job processes find on their path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[5] / "localcloud" / "sagemaker" / "containers" / "site"


def run(program: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(FOLDER)}
    environment.pop("OMP_WAIT_POLICY", None)
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_torchvision_can_be_imported_in_a_job() -> None:
    program = "import torchvision; print(torchvision.models.get_model('squeezenet1_1').num_classes)"

    assert run(program) == "1000"


def test_a_process_without_torch_does_not_pay_for_it() -> None:
    assert run("import sys; print('torch' in sys.modules)") == "False"


def test_waiting_threads_sleep() -> None:
    assert run("import os; print(os.environ['OMP_WAIT_POLICY'])") == "PASSIVE"
