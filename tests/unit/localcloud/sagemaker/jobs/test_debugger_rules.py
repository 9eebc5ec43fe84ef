"""smdebug's own trials and rules on what a job of the engine has left in S3."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sagemaker_engine import BUCKET, REGION, Cloud

TRAINING = """
import torch
import smdebug.pytorch as smd

hook = smd.get_hook(create_if_not_exists=True)
network, criterion = torch.nn.Linear(2, 1), torch.nn.MSELoss()
hook.register_module(network)
hook.register_loss(criterion)
for step in range(3):
    criterion(network(torch.ones(4, 2)), torch.zeros(4, 1)).backward()
hook.close()
"""
RULE = """
import sys
from smdebug.rules import Rule, invoke_rule
from smdebug.trials import create_trial

class Count(Rule):
    def invoke_at_step(self, step):
        (loss,) = self.base_trial.tensor_names(collection="losses")
        print("step", step, self.base_trial.tensor(loss).value(step).size)
        return False

invoke_rule(Count(create_trial(sys.argv[1]), action_str=""))
"""
SECONDS = 60  # a rule that waits for the job's end would wait for ever
HOOK = {
    "S3OutputPath": f"s3://{BUCKET}/rules",
    "CollectionConfigurations": [
        {"CollectionName": "losses", "CollectionParameters": {"save_interval": "1"}}
    ],
}


@pytest.fixture(scope="module")
def tensors(cloud: Cloud) -> str:
    pytest.importorskip("smdebug")
    job = cloud.train(TRAINING, DebugHookConfig=HOOK)
    assert cloud.ended("training", job)["TrainingJobStatus"] == "Completed"
    return f"s3://{BUCKET}/rules/{job}/debug-output"


def test_a_rule_sees_every_step_and_then_ends(cloud: Cloud, tensors: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RULE, tensors],
        env={
            **os.environ,
            "AWS_ENDPOINT_URL": cloud.moto_url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )

    seen = [line for line in ran.stdout.splitlines() if line.startswith("step")]
    assert seen == ["step 0 1", "step 1 1", "step 2 1"], ran.stderr


def test_the_mark_of_a_job_s_end_is_also_there_when_it_fails(cloud: Cloud) -> None:
    job = cloud.train("raise SystemExit(1)", DebugHookConfig=HOOK)

    cloud.ended("training", job)

    assert cloud.keys(f"rules/{job}/") == [f"rules/{job}/debug-output/training_job_end.ts"]
