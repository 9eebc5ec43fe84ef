"""Debugger and profiler configurations of a training job."""

from __future__ import annotations

import json

from tests.support.sagemaker_engine import BUCKET, Cloud

WRITE_A_TENSOR = """
import json, os, pathlib
config = json.load(open(os.environ["SMDEBUG_CONFIG_FILE_PATH"]))
folder = pathlib.Path(config["LocalPath"]) / "events"
folder.mkdir(parents=True)
(folder / "step_0").write_text(config["CollectionConfigurations"][0]["CollectionName"])
"""


def test_tensors_of_the_hook_are_kept(cloud: Cloud) -> None:
    hook = {
        "S3OutputPath": f"s3://{BUCKET}/debug",
        "CollectionConfigurations": [{"CollectionName": "losses"}],
    }

    job = cloud.train(WRITE_A_TENSOR, DebugHookConfig=hook)

    assert cloud.ended("training", job)["TrainingJobStatus"] == "Completed"
    assert cloud.get(f"debug/{job}/debug-output/events/step_0") == b"losses"


def test_managed_rules_are_reported_as_not_evaluated(cloud: Cloud) -> None:
    rule = {"RuleConfigurationName": "Overfit", "RuleEvaluatorImage": "rules:latest"}

    job = cloud.train("print(1)", DebugRuleConfigurations=[rule])

    (status,) = cloud.ended("training", job)["DebugRuleEvaluationStatuses"]
    assert (status["RuleConfigurationName"], status["RuleEvaluationStatus"]) == ("Overfit", "Error")
    assert "only on AWS" in status["StatusDetails"]


def test_the_profiler_samples_the_machine(cloud: Cloud) -> None:
    profiler = {
        "S3OutputPath": f"s3://{BUCKET}/profile",
        "ProfilingIntervalInMilliseconds": 100,
        "DisableProfiler": False,
    }

    job = cloud.train("import time; time.sleep(0.5)", ProfilerConfig=profiler)

    cloud.ended("training", job)
    (key,) = cloud.keys(f"profile/{job}/profiler-output/system/incremental/")
    samples = [json.loads(line) for line in cloud.get(key).splitlines()]
    assert {"cpu", "memory"} <= {sample["Type"] for sample in samples}
    assert cloud.get(f"profile/{job}/profiler-output/system/training_job_end.ts") == b""


def test_a_disabled_profiler_writes_nothing(cloud: Cloud) -> None:
    profiler = {"S3OutputPath": f"s3://{BUCKET}/profile", "DisableProfiler": True}

    job = cloud.train("print(1)", ProfilerConfig=profiler)

    cloud.ended("training", job)
    assert cloud.keys(f"profile/{job}/") == []
