"""Processing jobs: inputs, one command, outputs."""

from __future__ import annotations

import json

from tests.support.job_channels import INPUT, OUTPUT, from_s3, to_s3
from tests.support.sagemaker_engine import BUCKET, Cloud
from tests.support.waiting import eventually


def test_inputs_are_read_and_outputs_are_kept(cloud: Cloud) -> None:
    cloud.put("zips/dogs.zip", "zipped")
    manifest = json.dumps([{"prefix": f"s3://{BUCKET}/zips/"}, "dogs.zip"])
    uri = cloud.put("zips.manifest", manifest)

    job = cloud.process(
        f"rev {INPUT}/dataset/dogs.zip > {OUTPUT}/features/deep",
        ProcessingInputs=[from_s3("dataset", "ManifestFile", uri)],
        ProcessingOutputConfig={"Outputs": [to_s3("features", f"s3://{BUCKET}/features")]},
    )

    assert cloud.ended("processing", job)["ProcessingJobStatus"] == "Completed"
    assert cloud.get("features/deep") == b"deppiz"


def test_the_job_finds_its_own_request(cloud: Cloud) -> None:
    command = "cat $SAGEMAKER_BASE_DIR/config/processingjobconfig.json; echo"

    job = cloud.process(command)

    cloud.ended("processing", job)
    described = json.loads(cloud.log("ProcessingJobs", job)[0])
    assert described["ProcessingJobName"] == job


def test_python3_is_the_interpreter_of_the_cloud(cloud: Cloud) -> None:
    job = cloud.process("python3 -c 'import moto; print(moto.__name__)'")

    assert cloud.ended("processing", job)["ProcessingJobStatus"] == "Completed"
    assert cloud.log("ProcessingJobs", job) == ["moto"]


def test_the_message_file_becomes_the_exit_message(cloud: Cloud) -> None:
    output = {"Outputs": [to_s3("late", f"s3://{BUCKET}/late")]}

    job = cloud.process(
        f"echo kept > {OUTPUT}/late/x; echo 'too few images' > /opt/ml/output/message; exit 1",
        ProcessingOutputConfig=output,
    )

    answer = cloud.ended("processing", job)
    assert answer["ProcessingJobStatus"] == "Failed"
    assert answer["ExitMessage"] == "too few images"
    assert answer["FailureReason"].startswith("AlgorithmError: See job logs")
    assert cloud.keys("late") == []


def test_continuous_outputs_are_kept_even_when_the_job_fails(cloud: Cloud) -> None:
    output = {"Outputs": [to_s3("early", f"s3://{BUCKET}/early", "Continuous")]}

    job = cloud.process(f"echo kept > {OUTPUT}/early/x; exit 3", ProcessingOutputConfig=output)

    assert cloud.ended("processing", job)["FailureReason"].endswith("exit code: 3")
    assert cloud.keys("early") == ["early/x"]


def test_a_job_that_runs_too_long_is_stopped(cloud: Cloud) -> None:
    job = cloud.process("exec sleep 60", StoppingCondition={"MaxRuntimeInSeconds": 1})

    answer = cloud.ended("processing", job)
    assert answer["ProcessingJobStatus"] == "Stopped"
    assert "MaxRuntimeInSeconds" in answer["ExitMessage"]


def test_a_job_is_stopped_even_if_it_ignores_the_signal(cloud: Cloud) -> None:
    job = cloud.process("trap '' TERM; echo ready; while true; do sleep 1; done")
    eventually(lambda: cloud.log("ProcessingJobs", job), lambda lines: "ready" in lines)

    cloud.sagemaker.stop_processing_job(ProcessingJobName=job)

    assert cloud.ended("processing", job)["ProcessingJobStatus"] == "Stopped"


def test_what_a_job_leaves_running_ends_with_it(cloud: Cloud) -> None:
    job = cloud.process("sleep 60 & echo ended")

    assert cloud.ended("processing", job, seconds=10)["ProcessingJobStatus"] == "Completed"


def test_the_folder_of_a_job_is_gone_after_it(cloud: Cloud) -> None:
    job = cloud.process("mktemp -d; pwd")
    cloud.ended("processing", job)

    made, folder = cloud.log("ProcessingJobs", job)

    assert made.startswith(folder.removesuffix("/opt/ml"))
    jobs = cloud.engine_folder / "jobs"
    eventually(lambda: [path.name for path in jobs.iterdir()], lambda left: job not in str(left))
