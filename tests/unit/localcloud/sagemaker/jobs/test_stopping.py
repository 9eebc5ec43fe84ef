"""What a job notices of being stopped, and what it has in common with a container otherwise."""

from __future__ import annotations

import pytest

from localcloud.sagemaker.containers.process import may_mount
from tests.support.job_channels import channel
from tests.support.sagemaker_engine import BUCKET, Cloud
from tests.support.waiting import eventually

TIDY = """
import os, signal, sys, time
def tidy(*_):
    open(os.environ['SAGEMAKER_BASE_DIR'] + '/model/tidied', 'w').write('yes')
    sys.exit(0)
signal.signal(signal.SIGTERM, tidy)
open(os.environ['SAGEMAKER_BASE_DIR'] + '/model/begun', 'w').write('yes')
print('ready', flush=True)
time.sleep(60)
"""
PROGRAM = "/opt/ml/input/data/code/tidy.py"


def stopped_model(cloud: Cloud, job: str) -> dict[str, bytes]:
    """What is left of a job that is stopped once it says that it is ready."""
    eventually(lambda: cloud.log("TrainingJobs", job), lambda lines: "ready" in lines)
    cloud.sagemaker.stop_training_job(TrainingJobName=job)
    assert cloud.ended("training", job)["TrainingJobStatus"] == "Stopped"
    return cloud.unpacked(f"out/{job}/output/model.tar.gz")


def entry_point(cloud: Cloud, *arguments: str) -> str:
    cloud.put("tidy/tidy.py", TIDY)
    return cloud.train(
        "",
        algorithm={"ContainerEntrypoint": list(arguments)},
        InputDataConfig=[channel("code", "S3Prefix", f"s3://{BUCKET}/tidy/")],
    )


def test_a_script_under_the_toolkit_is_killed_untold_and_keeps_what_it_wrote(cloud: Cloud) -> None:
    assert stopped_model(cloud, cloud.train(TIDY)) == {"begun": b"yes"}


def test_an_entry_point_may_tidy_up_after_the_signal(cloud: Cloud) -> None:
    job = entry_point(cloud, "python", PROGRAM)

    assert stopped_model(cloud, job) == {"begun": b"yes", "tidied": b"yes"}


def test_a_shell_keeps_the_signal_from_what_it_runs(cloud: Cloud) -> None:
    job = entry_point(cloud, "/bin/bash", "-c", f"python {PROGRAM}; true")

    assert stopped_model(cloud, job) == {"begun": b"yes"}


def test_an_entry_point_that_handles_no_signal_gets_none(cloud: Cloud) -> None:
    script = "echo ready; sleep 1; echo late > /opt/ml/model/late; true"
    job = entry_point(cloud, "/bin/bash", "-c", script)

    assert stopped_model(cloud, job) == {"late": b"late\n"}


@pytest.mark.skipif(not may_mount(), reason="mounting takes root on Linux")
def test_shared_memory_has_the_size_that_containers_have(cloud: Cloud) -> None:
    script = "import shutil; print(shutil.disk_usage('/dev/shm').total)"

    job = cloud.train(script)

    assert cloud.ended("training", job)["TrainingJobStatus"] == "Completed"
    assert cloud.log("TrainingJobs", job) == [str(64 << 20)]
