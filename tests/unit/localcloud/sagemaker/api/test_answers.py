"""Every Describe and List answers the members that its output shape requires, at every depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape

from localcloud.sagemaker.api.search_api import SEARCHED
from localcloud.sagemaker.region.shapes import operation_model, service_model
from tests.support.endpoints import config, in_service
from tests.support.experiments import component, experiment, trial
from tests.support.job_channels import channel, from_s3, to_s3
from tests.support.model_packages import group, version
from tests.support.sagemaker_engine import BUCKET, Cloud, new_name
from tests.support.transformed_images import INFERENCE, images
from tests.support.tuning_jobs import QUADRATIC, tune

CAPTURE = {
    "InitialSamplingPercentage": 50,
    "DestinationS3Uri": f"s3://{BUCKET}/captured",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}


def missing(shape: Shape | None, value: Any, path: str = "") -> Iterator[str]:
    """Paths of members that the shape requires and the value lacks."""
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if name in value:
                yield from missing(member, value[name], f"{path}.{name}")
            elif name in shape.required_members:
                yield f"{path}.{name}"
    elif isinstance(shape, ListShape):
        for item in value:
            yield from missing(shape.member, item, f"{path}[]")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from missing(shape.value, item, f"{path}[{key}]")


@pytest.fixture(scope="module")
def resources(cloud: Cloud) -> Iterator[dict[str, str]]:
    """One resource of each kind by the member that names it, all of them really made."""
    data = cloud.put("answers/a", "x").removesuffix("a")
    training = cloud.train("print(1)", InputDataConfig=[channel("train", "S3Prefix", data)])
    running = cloud.train("import time; time.sleep(60)")
    processing = cloud.process(
        "true",
        ProcessingInputs=[from_s3("x", "S3Prefix", data)],
        ProcessingOutputConfig={"Outputs": [to_s3("y", data)]},
    )
    tuning = tune(cloud, QUADRATIC, limits={"MaxNumberOfTrainingJobs": 1})
    model = cloud.model(INFERENCE)
    transform = cloud.transform(model, "S3Prefix", images(cloud, a="1"))
    endpoint, endpoint_config = new_name("endpoint"), config(cloud, DataCaptureConfig=CAPTURE)
    cloud.sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=endpoint_config)
    in_service(cloud, endpoint, endpoint_config)
    for kind, name in (("training", training), ("processing", processing), ("tuning", tuning)):
        cloud.ended(kind, name)
    cloud.ended("transform", transform)
    group_name, experiment_name = group(cloud), experiment(cloud)
    trial_name = trial(cloud, experiment_name)
    yield {
        "ModelPackageGroupName": group_name,
        "ModelPackageName": version(cloud, group_name),
        "ExperimentName": experiment_name,
        "TrialName": trial_name,
        "TrialComponentName": component(cloud, trial_name),
        "TrainingJobName": running,  # the one that has the fewest members to show
        "ProcessingJobName": processing,
        "HyperParameterTuningJobName": tuning,
        "TransformJobName": transform,
        "ModelName": model,
        "EndpointName": endpoint,
        "EndpointConfigName": endpoint_config,
        "ResourceArn": cloud.describe("training", training)["TrainingJobArn"],
    }
    cloud.sagemaker.stop_training_job(TrainingJobName=running)
    cloud.sagemaker.delete_endpoint(EndpointName=endpoint)


def answers(cloud: Cloud, resources: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each Describe and List says for which these resources are enough."""
    for operation in filter(re.compile("Describe|List").match, service_model().operation_names):
        model = operation_model(operation)
        asked = set(model.input_shape.required_members) if model.input_shape else set()
        if asked <= resources.keys():
            ask = getattr(cloud.sagemaker, xform_name(operation))
            try:
                yield operation, ask(**{name: resources[name] for name in asked})
            except ClientError as error:
                # Most of SageMaker's operations are not the engine's.
                if error.response["Error"]["Code"] != "UnknownOperationException":
                    raise


def test_every_required_member_is_answered(cloud: Cloud, resources: dict[str, str]) -> None:
    found = dict(answers(cloud, resources))

    lacking = {
        operation: paths
        for operation, answer in found.items()
        if (paths := list(missing(operation_model(operation).output_shape, answer)))
    }
    assert lacking == {}
    assert found.keys() >= {
        "DescribeTrainingJob",
        "DescribeHyperParameterTuningJob",
        "DescribeEndpoint",
        "ListTrainingJobsForHyperParameterTuningJob",
        "ListTransformJobs",
    }


def test_every_required_member_is_found_by_search(cloud: Cloud, resources: dict[str, str]) -> None:
    shape = operation_model("Search").output_shape
    for resource in SEARCHED:
        answer = cloud.sagemaker.search(Resource=resource)

        assert answer["Results"], resource
        assert list(missing(shape, answer)) == [], resource


def test_a_job_that_runs_already_tells_where_its_model_will_be(cloud: Cloud) -> None:
    job = cloud.train("import time; time.sleep(60)")

    artifacts = cloud.describe("training", job)["ModelArtifacts"]

    assert artifacts == {"S3ModelArtifacts": f"s3://{BUCKET}/out/{job}/output/model.tar.gz"}
    cloud.sagemaker.stop_training_job(TrainingJobName=job)


def test_what_a_training_request_leaves_out_is_answered_as_aws_fills_it_in(cloud: Cloud) -> None:
    data = cloud.put("answers/b", "x").removesuffix("b")
    job = cloud.train("print(1)", InputDataConfig=[channel("train", "S3Prefix", data)])

    answer = cloud.describe("training", job)

    assert answer["OutputDataConfig"]["KmsKeyId"] == ""
    assert answer["OutputDataConfig"]["CompressionType"] == "GZIP"
    (train,) = answer["InputDataConfig"]
    assert (train["CompressionType"], train["RecordWrapperType"]) == ("None", "None")
    assert not answer["EnableManagedSpotTraining"]


def test_what_the_sdk_reads_of_a_tuning_job_is_there(cloud: Cloud) -> None:
    name = tune(cloud, QUADRATIC, limits={"MaxNumberOfTrainingJobs": 1})

    answer = cloud.describe("tuning", name)

    config = answer["HyperParameterTuningJobConfig"]
    assert config["TrainingJobEarlyStoppingType"] == "Off"
    assert config["ParameterRanges"]["IntegerParameterRanges"] == []
    assert config["ParameterRanges"]["CategoricalParameterRanges"] == []
    (learning_rate,) = config["ParameterRanges"]["ContinuousParameterRanges"]
    assert learning_rate["ScalingType"] == "Auto"
    definition = answer["TrainingJobDefinition"]
    assert definition["StaticHyperParameters"]["_tuning_objective_metric"] == "objective"
    assert definition["OutputDataConfig"]["KmsKeyId"] == ""


def test_a_transform_job_and_its_model_show_their_defaults(cloud: Cloud) -> None:
    model = cloud.model(INFERENCE)
    job = cloud.transform(model, "S3Prefix", images(cloud, a="1"))

    answer = cloud.describe("transform", job)

    assert answer["DataProcessing"]["JoinSource"] == "None"
    assert answer["TransformOutput"]["AssembleWith"] == "None"
    assert answer["MaxPayloadInMB"] == 6
    container = cloud.sagemaker.describe_model(ModelName=model)["PrimaryContainer"]
    assert container["Mode"] == "SingleModel"


def test_a_processing_job_shows_its_defaults(cloud: Cloud) -> None:
    data = cloud.put("answers/c", "x").removesuffix("c")
    job = cloud.process(
        "true",
        ProcessingInputs=[from_s3("x", "S3Prefix", data)],
        ProcessingOutputConfig={"Outputs": [to_s3("y", data)]},
    )

    answer = cloud.describe("processing", job)

    assert answer["StoppingCondition"] == {"MaxRuntimeInSeconds": 86400}
    assert answer["ProcessingOutputConfig"]["KmsKeyId"] == ""
    (shown,) = answer["ProcessingInputs"]
    assert shown["S3Input"]["S3DataDistributionType"] == "FullyReplicated"
    assert not shown["AppManaged"]
