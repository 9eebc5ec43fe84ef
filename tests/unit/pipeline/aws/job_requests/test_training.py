from __future__ import annotations

import json
from dataclasses import replace

import pytest

from localcloud.sagemaker.containers.script_mode import decoded
from pipeline.aws.job_requests.training import SCRIPT, training_request
from pipeline.run import Run
from pipeline.settings import Settings
from tests.support.job_outputs import BEST_VALUES
from tests.support.samples import SETTINGS, run_in
from tests.support.service_model import objection

DEBUGGER_FIELDS = {"DebugHookConfig", "DebugRuleConfigurations", "ProfilerRuleConfigurations"}


def test_sagemaker_accepts_the_request(run: Run, settings: Settings) -> None:
    request = training_request(run, settings)

    assert objection("CreateTrainingJob", request) is None


def test_own_wheels_are_a_channel_if_the_deployment_has_some() -> None:
    settings = replace(SETTINGS, job_packages="wheels")

    request = training_request(run_in("training"), settings)

    sources = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in request["InputDataConfig"]
    }
    assert sources["wheels"] == f"s3://{SETTINGS.bucket}/wheels/"
    assert request["HyperParameters"]["packages"] == '"wheels"'


def test_the_torch_weights_are_an_object_of_their_own() -> None:
    run = run_in("training")

    request = training_request(run, SETTINGS)

    folder = f"s3://{SETTINGS.bucket}/runs/{run.id}"
    assert request["CheckpointConfig"] == {"S3Uri": f"{folder}/weights/"}
    assert request["OutputDataConfig"] == {"S3OutputPath": f"{folder}/model/"}


def test_the_best_values_and_the_run_s_settings_are_its_hyperparameters() -> None:
    run = run_in("training", hyperparameters=BEST_VALUES)

    sent = training_request(run, SETTINGS)["HyperParameters"]

    assert {name: sent[name] for name in BEST_VALUES} == BEST_VALUES
    given = {name: str(value) for name, value in decoded(sent).items()}
    assert given["sagemaker_program"] == "training_code/train.py"
    assert (given["backbone"], given["trainable"], given["epochs"]) == ("resnet50", "head", "1")
    assert (given["run"], given["source-digest"], given["dataset-digest"]) == (
        run.id,
        run.source,
        "d1",
    )


def test_texts_reach_the_program_as_texts_whatever_they_look_like() -> None:
    values = {"optimizer": "adam", "digits": "1e-3"}
    run = replace(run_in("training", hyperparameters=values), source="12e45")

    sent = training_request(run, SETTINGS)["HyperParameters"]

    # The SDK's attach does not fall back as the toolkit does: it wants JSON everywhere.
    read = {name: json.loads(value) for name, value in sent.items()}
    assert read == decoded(sent)
    assert (read["source-digest"], read["optimizer"], read["digits"]) == ("12e45", "adam", 0.001)
    assert (read["sagemaker_program"], read["run"]) == (SCRIPT, run.id)


@pytest.mark.parametrize(
    ("weights", "channels"),
    [
        ((), ["dataset", "preparation", "search", "features"]),
        (("weights/resnet50.pth",), ["dataset", "preparation", "search", "features", "weights"]),
    ],
)
def test_its_channels_bring_the_images_what_was_found_and_own_weights(
    weights: tuple[str, ...], channels: list[str]
) -> None:
    request = training_request(run_in("training", weights=weights), SETTINGS)

    assert [channel["ChannelName"] for channel in request["InputDataConfig"]] == channels


def test_without_the_debugger_nothing_is_asked_of_it_and_no_profile_is_made() -> None:
    request = training_request(run_in("training"), SETTINGS)

    assert not request.keys() & DEBUGGER_FIELDS
    assert request["ProfilerConfig"] == {"DisableProfiler": True}


def test_spot_capacity_is_waited_for_beside_the_time_to_train(run: Run) -> None:
    settings = replace(SETTINGS, spot="on", max_runtime_seconds=600, spot_patience_seconds=60)

    request = training_request(run, settings)

    assert request["EnableManagedSpotTraining"]
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 660}
    assert request["CheckpointConfig"]
    assert objection("CreateTrainingJob", request) is None


def test_on_a_gpu_the_default_image_is_the_one_for_gpus() -> None:
    address = "1.dkr.ecr.us-east-1.amazonaws.com/pytorch:2.13-cpu-amzn2023-sagemaker"
    settings = replace(SETTINGS, training_image=address, training_instance="ml.g5.xlarge")

    algorithm = training_request(run_in("training"), settings)["AlgorithmSpecification"]

    assert algorithm["TrainingImage"] == address.replace("-cpu-", "-cu133-")


def test_the_processes_that_decode_photos_are_as_many_as_the_run_s_settings_say() -> None:
    run = run_in("training")
    chosen = replace(run, settings=replace(run.settings, num_workers=3))

    assert decoded(training_request(chosen, SETTINGS)["HyperParameters"])["num-workers"] == 3
