"""ModelTrainer's protocol, with the SDK's own scripts, which have /opt/ml built in."""

from __future__ import annotations

import json
import runpy
from importlib import util
from importlib.metadata import distribution
from pathlib import Path

import pytest

from localcloud.sagemaker.containers.process import may_mount
from tests.support.job_channels import channel
from tests.support.sagemaker_engine import BUCKET, Cloud
from tests.support.wheels import make_wheel

SDK = Path(str(distribution("sagemaker-core").locate_file("sagemaker/core/modules")))
DRIVERS = SDK / "train" / "container_drivers"
START = "/opt/ml/input/data/sm_drivers/sm_train.sh"
SCRIPT = """
import os, socket, sys
print("arguments", *sys.argv[1:], flush=True)
import tiny_dog; print("required", tiny_dog.VERSION, flush=True)
print("master", socket.gethostbyname("algo-1"), flush=True)
open(os.path.join(os.environ["SM_MODEL_DIR"], "weights"), "w").write("trained")
"""
pytestmark = pytest.mark.skipif(not may_mount(), reason="mounting takes root on Linux")


def upload_drivers(cloud: Cloud) -> None:
    """What ModelTrainer uploads as the channel sm_drivers."""
    for path in DRIVERS.rglob("*.py"):
        cloud.put(f"trainer/sm_drivers/{path.relative_to(DRIVERS)}", path.read_bytes())
    templates = runpy.run_path(str(SDK / "templates.py"))
    script = templates["TRAIN_SCRIPT_TEMPLATE"].format(
        working_dir="cd /opt/ml/input/data/code",
        install_requirements="$SM_PIP_CMD install -r requirements.txt",
        execute_driver=templates["EXECUTE_BASIC_SCRIPT_DRIVER"],
    )
    cloud.put("trainer/sm_drivers/sm_train.sh", script.lstrip())
    source = {"entry_script": "train.py", "source_dir": "/opt/ml/input/data/code"}
    cloud.put("trainer/sm_drivers/sourcecode.json", json.dumps(source))
    cloud.put("trainer/sm_drivers/distributed.json", "{}")


def test_model_trainers_own_scripts_run_and_install_for_the_job_alone(
    cloud: Cloud, tmp_path: Path
) -> None:
    upload_drivers(cloud)
    wheel = make_wheel(tmp_path, "tiny_dog", "1.0")
    cloud.put(f"trainer/code/{wheel.name}", wheel.read_bytes())
    cloud.put("trainer/code/requirements.txt", f"./{wheel.name}\n")
    cloud.put("trainer/code/train.py", SCRIPT)
    algorithm = {
        "ContainerEntrypoint": ["/bin/bash"],
        "ContainerArguments": ["-c", f"chmod +x {START} && {START}"],
    }

    job = cloud.train(
        "",
        algorithm=algorithm,
        HyperParameters={"epochs": "2"},
        InputDataConfig=[
            channel("code", "S3Prefix", f"s3://{BUCKET}/trainer/code/"),
            channel("sm_drivers", "S3Prefix", f"s3://{BUCKET}/trainer/sm_drivers/"),
        ],
    )

    answer = cloud.ended("training", job)
    log = cloud.log("TrainingJobs", job)
    assert answer["TrainingJobStatus"] == "Completed", log
    assert "arguments --epochs 2" in log
    assert "required 1.0" in log
    assert util.find_spec("tiny_dog") is None
    assert "master 127.0.0.1" in log
    assert cloud.unpacked(f"out/{job}/output/model.tar.gz") == {"weights": b"trained"}
