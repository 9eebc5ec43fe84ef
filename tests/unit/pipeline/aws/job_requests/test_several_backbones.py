"""Several backbones: all are prepared, the search chooses, the winner is trained."""

from __future__ import annotations

import json

from pipeline.aws.job_requests.channels import input_manifests
from pipeline.aws.job_requests.preparation import preparation_request
from pipeline.aws.job_requests.training import training_request
from pipeline.aws.job_requests.tuning import tuning_request
from pipeline.run import Run
from tests.support.samples import SETTINGS
from tests.support.variants import RUNS

RUN: Run = RUNS["several backbones"]


def test_the_preparation_computes_the_features_of_all() -> None:
    arguments = preparation_request(RUN, SETTINGS)["AppSpecification"]["ContainerArguments"]

    assert arguments[:2] == ["--backbone", "resnet50,resnet18,vgg11,vit_b_16"]


def test_the_tuner_has_them_as_one_more_choice() -> None:
    request = tuning_request(RUN, SETTINGS)

    ranges = request["HyperParameterTuningJobConfig"]["ParameterRanges"]
    assert ranges["CategoricalParameterRanges"][0] == {
        "Name": "backbone",
        "Values": ["resnet50", "resnet18", "vgg11", "vit_b_16"],
    }
    assert "backbone" not in request["TrainingJobDefinition"]["StaticHyperParameters"]


def test_of_one_backbone_each_trial_is_told() -> None:
    request = tuning_request(RUNS["ordinary"], SETTINGS)

    assert request["TrainingJobDefinition"]["StaticHyperParameters"]["backbone"] == '"resnet50"'


def test_the_winner_is_trained() -> None:
    assert training_request(RUN, SETTINGS)["HyperParameters"]["backbone"] == '"vgg11"'
    assert training_request(RUNS["ordinary"], SETTINGS)["HyperParameters"]["backbone"] == (
        '"resnet50"'
    )


def test_all_own_weights_are_in_the_manifest() -> None:
    [body] = input_manifests(RUN, SETTINGS.bucket).values()

    assert json.loads(body) == [
        {"prefix": f"s3://{SETTINGS.bucket}/weights/"},
        "resnet50.pth",
        "vgg11.pth",
    ]
