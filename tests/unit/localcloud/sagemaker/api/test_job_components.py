"""A job that names a trial is a component of it: what it was given, has made and measured."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.experiments import experiment, trial
from tests.support.job_channels import to_s3
from tests.support.sagemaker_engine import BUCKET, IMAGE, Cloud

LOSSES = "for loss in (3, 1, 2): print(f'loss={loss};')"
LOSS = {"MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+);"}]}


def component_of(cloud: Cloud, job: str, kind: str) -> dict[str, Any]:
    name = f"{job}-aws-{kind}-job"
    answer: dict[str, Any] = cloud.sagemaker.describe_trial_component(TrialComponentName=name)
    return answer


def test_a_training_job_is_a_component_of_its_trial(cloud: Cloud) -> None:
    name = experiment(cloud)
    attempt = trial(cloud, name)
    config = {"ExperimentName": name, "TrialName": attempt, "TrialComponentDisplayName": "Fit"}
    job = cloud.train(
        LOSSES, hyperparameters={"lr": "0.1"}, algorithm=LOSS, ExperimentConfig=config
    )
    ended = cloud.ended("training", job)

    found = component_of(cloud, job, "training")

    assert found["DisplayName"] == "Fit"
    assert found["Status"]["PrimaryStatus"] == "Completed"
    assert found["Source"]["SourceArn"] == ended["TrainingJobArn"]
    assert found["Parameters"]["lr"] == {"NumberValue": 0.1}
    assert found["Parameters"]["SageMaker.InstanceType"] == {"StringValue": "ml.m5.xlarge"}
    assert found["InputArtifacts"]["SageMaker.ImageUri"]["Value"] == IMAGE
    model = ended["ModelArtifacts"]["S3ModelArtifacts"]
    assert found["OutputArtifacts"]["SageMaker.ModelArtifact"]["Value"] == model
    [metric] = found["Metrics"]
    assert (metric["Min"], metric["Max"], metric["Last"], metric["Count"]) == (1, 3, 2, 3)
    listed = cloud.sagemaker.list_trial_components(TrialName=attempt)["TrialComponentSummaries"]
    assert listed[0]["TrialComponentSource"]["SourceType"] == "SageMakerTrainingJob"


def test_a_failed_processing_job_shows_in_its_trial(cloud: Cloud) -> None:
    attempt = trial(cloud, experiment(cloud))
    job = cloud.process(
        "exit 1",
        ProcessingOutputConfig={"Outputs": [to_s3("x", f"s3://{BUCKET}/x", "EndOfJob")]},
        ExperimentConfig={"TrialName": attempt},
    )
    cloud.ended("processing", job)

    found = component_of(cloud, job, "processing")

    assert found["Status"]["PrimaryStatus"] == "Failed"
    assert "exit code: 1" in found["Status"]["Message"]
    assert found["OutputArtifacts"]["x"]["Value"] == f"s3://{BUCKET}/x"


def test_a_job_s_trial_must_be_there_and_of_its_experiment(cloud: Cloud) -> None:
    attempt, other = trial(cloud, experiment(cloud)), experiment(cloud)

    with pytest.raises(ClientError, match="Trial 'no' does not exist"):
        cloud.process("true", ExperimentConfig={"TrialName": "no"})
    with pytest.raises(ClientError, match="does not belong to experiment"):
        cloud.process("true", ExperimentConfig={"TrialName": attempt, "ExperimentName": other})
    with pytest.raises(ClientError, match="give TrialName"):
        cloud.process("true", ExperimentConfig={"ExperimentName": other})
