"""Training jobs run real scripts under SageMaker's container contract."""

from __future__ import annotations

import json

import pytest

from tests.support.job_channels import channel
from tests.support.sagemaker_engine import BUCKET, Cloud
from tests.support.waiting import eventually

SHOW_ENVIRONMENT = """
import json, os, sys
folder = os.environ["SM_MODEL_DIR"]
seen = {"arguments": sys.argv[1:], "environment": dict(os.environ), "cwd": os.getcwd()}
open(os.path.join(folder, "seen.json"), "w").write(json.dumps(seen))
open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "notes.txt"), "w").write("noted")
"""


def test_a_script_gets_its_hyperparameters_as_arguments(cloud: Cloud) -> None:
    job = cloud.train(SHOW_ENVIRONMENT, hyperparameters={"lr": "0.1", "b": '"64"'})

    artifact = cloud.ended("training", job)["ModelArtifacts"]["S3ModelArtifacts"]

    assert artifact == f"s3://{BUCKET}/out/{job}/output/model.tar.gz"
    seen = json.loads(cloud.unpacked(f"out/{job}/output/model.tar.gz")["seen.json"])
    assert seen["arguments"] == ["-b", "64", "--lr", "0.1"]
    assert json.loads(seen["environment"]["SM_HPS"]) == {"lr": 0.1, "b": "64"}
    assert seen["environment"]["SM_HP_LR"] == "0.1"
    assert seen["environment"]["TRAINING_JOB_NAME"] == job
    assert cloud.unpacked(f"out/{job}/output/output.tar.gz") == {"notes.txt": b"noted"}


@pytest.mark.parametrize(
    ("value", "arguments"),
    [
        ('{"Overfit": {}}', ["--rules", "{Overfit:", "{}}"]),
        ("'{\"Overfit\": {}}'", ["--rules", '{"Overfit": {}}']),
        ('"$(echo run)"', ["--rules", "run"]),
        ("", ["--rules"]),
    ],
)
def test_a_shell_reads_the_arguments_which_nothing_quotes(
    cloud: Cloud, value: str, arguments: list[str]
) -> None:
    job = cloud.train(SHOW_ENVIRONMENT, hyperparameters={"rules": json.dumps(value)})

    cloud.ended("training", job)

    seen = json.loads(cloud.unpacked(f"out/{job}/output/model.tar.gz")["seen.json"])
    assert seen["arguments"] == arguments
    assert seen["environment"]["SM_HP_RULES"] == value


def test_the_same_files_give_the_same_archive(cloud: Cloud) -> None:
    script = "open('../model/weights', 'w').write('1')"
    jobs = [cloud.train(script) for _ in range(2)]

    for job in jobs:
        cloud.ended("training", job)

    first, second = (cloud.get(f"out/{job}/output/model.tar.gz") for job in jobs)
    assert first == second


def test_channels_come_from_prefixes_and_manifests(cloud: Cloud) -> None:
    cloud.put("data/one/a.txt", "a")
    cloud.put("data/one/sub/b.txt", "b")
    cloud.put("data/one-more/c.txt", "c")
    manifest = json.dumps([{"prefix": f"s3://{BUCKET}/data/"}, "one/a.txt", "one-more/c.txt"])
    script = (
        "import os, pathlib\n"
        "root = pathlib.Path(os.environ['SM_CHANNEL_TRAIN']).parent\n"
        "found = sorted(str(p.relative_to(root)) for p in root.rglob('*') if p.is_file())\n"
        "print('found', *found)\n"
    )

    job = cloud.train(
        script,
        InputDataConfig=[
            channel("train", "S3Prefix", f"s3://{BUCKET}/data/one/"),
            channel("raw", "S3Prefix", f"s3://{BUCKET}/data/one"),
            channel("listed", "ManifestFile", cloud.put("listed.manifest", manifest)),
        ],
    )

    assert cloud.ended("training", job)["TrainingJobStatus"] == "Completed"
    (line,) = cloud.log("TrainingJobs", job)
    assert line.split() == [
        "found",
        "listed/one-more/c.txt",
        "listed/one/a.txt",
        "raw/a.txt",
        "raw/one-more/c.txt",
        "raw/sub/b.txt",
        "train/a.txt",
        "train/sub/b.txt",
    ]


def test_a_missing_input_fails_the_job_with_the_uri(cloud: Cloud) -> None:
    nothing = f"s3://{BUCKET}/nothing-here/"

    job = cloud.train("", InputDataConfig=[channel("train", "S3Prefix", nothing)])

    answer = cloud.ended("training", job)
    assert answer["TrainingJobStatus"] == "Failed"
    assert f'No S3 objects found under S3 URL "{nothing}"' in answer["FailureReason"]


def test_the_failure_file_becomes_the_reason(cloud: Cloud) -> None:
    script = "import sys; open('../output/failure', 'w').write('no such breed'); sys.exit(1)"

    answer = cloud.ended("training", cloud.train(script))

    assert answer["TrainingJobStatus"] == "Failed"
    assert answer["SecondaryStatus"] == "Failed"
    assert answer["FailureReason"] == "AlgorithmError: no such breed, exit code: 1"


def test_without_a_failure_file_the_toolkits_words_tell_the_error(cloud: Cloud) -> None:
    answer = cloud.ended("training", cloud.train("raise ValueError('too few dogs')"))

    assert answer["FailureReason"].startswith("AlgorithmError: ExecuteUserScriptError:\nExitCode 1")
    assert "ValueError: too few dogs" in answer["FailureReason"]
    assert answer["FailureReason"].endswith("exit code: 1")


def test_an_entry_point_runs_with_opt_ml_in_its_place(cloud: Cloud) -> None:
    algorithm = {
        "ContainerEntrypoint": ["/bin/bash", "-c", "cat /opt/ml/input/config/*.json > $OUT"],
        "ContainerArguments": [],
    }
    algorithm.pop("ContainerArguments")

    job = cloud.train("", algorithm=algorithm, Environment={"OUT": "/opt/ml/model/all.json"})

    assert cloud.ended("training", job)["TrainingJobStatus"] == "Completed"
    assert b'"sagemaker_program"' in cloud.unpacked(f"out/{job}/output/model.tar.gz")["all.json"]


def test_a_job_that_runs_too_long_is_stopped_and_keeps_its_model(cloud: Cloud) -> None:
    script = "import time; open('../model/half', 'w').write('done'); time.sleep(60)"

    job = cloud.train(script, StoppingCondition={"MaxRuntimeInSeconds": 1})

    answer = cloud.ended("training", job)
    assert answer["TrainingJobStatus"] == "Stopped"
    assert answer["SecondaryStatus"] == "MaxRuntimeExceeded"
    assert cloud.unpacked(f"out/{job}/output/model.tar.gz") == {"half": b"done"}


def test_the_log_is_readable_while_the_job_runs(cloud: Cloud) -> None:
    job = cloud.train("import time; print('first line'); time.sleep(60)")

    eventually(lambda: cloud.log("TrainingJobs", job), lambda lines: "first line" in lines)

    assert cloud.status("training", job) == "InProgress"
    cloud.sagemaker.stop_training_job(TrainingJobName=job)
    cloud.ended("training", job)


def test_metrics_are_the_last_values_in_the_log(cloud: Cloud) -> None:
    definitions = [{"Name": "valid:loss", "Regex": "loss=([0-9.]+)"}]
    script = "print('loss=0.9'); print('loss=0.4')"

    job = cloud.train(script, algorithm={"MetricDefinitions": definitions})

    (metric,) = cloud.ended("training", job)["FinalMetricDataList"]
    assert (metric["MetricName"], round(metric["Value"], 3)) == ("valid:loss", 0.4)


def test_secondary_states_follow_each_other(cloud: Cloud) -> None:
    answer = cloud.ended("training", cloud.train("print(1)"))

    states = [item["Status"] for item in answer["SecondaryStatusTransitions"]]
    assert states == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert all("EndTime" in item for item in answer["SecondaryStatusTransitions"])
    assert answer["BillableTimeInSeconds"] >= 1
