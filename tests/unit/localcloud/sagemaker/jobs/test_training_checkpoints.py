"""Checkpoints, and scripts that know no other folders than SageMaker's own."""

from __future__ import annotations

import pytest

from localcloud.sagemaker.containers.process import may_mount
from tests.support.sagemaker_engine import BUCKET, Cloud

SHOW_ENVIRONMENT = """
import json, os, sys
folder = os.environ["SM_MODEL_DIR"]
seen = {"arguments": sys.argv[1:], "environment": dict(os.environ), "cwd": os.getcwd()}
open(os.path.join(folder, "seen.json"), "w").write(json.dumps(seen))
open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "notes.txt"), "w").write("noted")
"""


def test_checkpoints_survive_from_job_to_job(cloud: Cloud) -> None:
    script = (
        "import os, pathlib\n"
        "path = pathlib.Path(os.environ['SAGEMAKER_BASE_DIR']) / 'checkpoints' / 'epoch'\n"
        "path.parent.mkdir(exist_ok=True)\n"
        "path.write_text(str(int(path.read_text()) + 1 if path.exists() else 1))\n"
    )
    checkpoints = {"S3Uri": f"s3://{BUCKET}/checkpoints/resumed/"}

    for _ in range(2):
        cloud.ended("training", cloud.train(script, CheckpointConfig=checkpoints))

    assert cloud.get("checkpoints/resumed/epoch") == b"2"


@pytest.mark.skipif(not may_mount(), reason="mounting over /opt/ml takes root on Linux")
def test_a_script_may_have_opt_ml_built_in(cloud: Cloud) -> None:
    script = "open('/opt/' + 'ml/model/mounted', 'w').write('yes')"

    job = cloud.train(script)

    assert cloud.ended("training", job)["TrainingJobStatus"] == "Completed"
    assert cloud.unpacked(f"out/{job}/output/model.tar.gz") == {"mounted": b"yes"}
