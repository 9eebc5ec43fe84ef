"""AWS's training toolkit, which the training image runs, runs Kennel's jobs as they are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from localcloud.sagemaker.containers.layout import CONTAINER
from tests.conformance.conftest import Cloud
from tests.conformance.container import lay_out
from tests.conformance.environments import python_of


def trained(name: str, folder: Path, cloud: Cloud) -> subprocess.CompletedProcess[str]:
    """The `train` command of the image, on the folder of the job of this name."""
    job = cloud.service.client("sagemaker").describe_training_job(TrainingJobName=name)
    lay_out(folder, job, cloud.service.client("s3"))
    python = python_of("training_toolkit", beneath=True)
    environment = {
        **cloud.shell,
        "PATH": f"{python.parent}:{cloud.shell['PATH']}",
        "PYTHONPATH": str(CONTAINER),  # this machine's torchvision may lack its operators
        "SAGEMAKER_BASE_DIR": str(folder),
        "SAGEMAKER_TRAINING_MODULE": "sagemaker_pytorch_container.training:main",
    }
    return subprocess.run(
        [python.with_name("train")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.mark.timeout(900)
def test_the_final_training_runs_under_the_toolkit(run: str, folder: Path, cloud: Cloud) -> None:
    ended = trained(f"kennel-local-training-{run}", folder, cloud)

    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    assert "valid epoch=1 loss=" in ended.stdout
    assert (folder / "model" / "model.json").exists()
    assert (folder / "model" / "model.onnx").exists()


@pytest.mark.timeout(900)
def test_a_trial_runs_under_the_toolkit(run: str, folder: Path, cloud: Cloud) -> None:
    client = cloud.service.client("sagemaker")
    trials = client.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=f"kennel-local-tuning-{run}"
    )["TrainingJobSummaries"]

    ended = trained(trials[0]["TrainingJobName"], folder, cloud)

    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    assert "valid epoch=1 loss=" in ended.stdout
