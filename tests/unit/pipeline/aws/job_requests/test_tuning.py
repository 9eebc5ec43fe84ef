from __future__ import annotations

import json
from dataclasses import replace

from localcloud.sagemaker.api.tuning_rules import check_tuning
from pipeline.aws.job_requests.metrics import OBJECTIVE
from pipeline.aws.job_requests.tuning import parameter_ranges, tuning_request
from pipeline.run import Run
from pipeline.run_settings import RunSettings, run_settings
from pipeline.settings import Settings
from tests.support.samples import SETTINGS, run_in
from tests.support.service_model import objection


def test_sagemaker_accepts_the_request(run: Run, settings: Settings) -> None:
    request = tuning_request(run, settings)

    assert objection("CreateHyperParameterTuningJob", request) is None


def test_the_local_cloud_s_engine_accepts_the_request(run: Run, settings: Settings) -> None:
    request = tuning_request(run, settings)

    check_tuning({**request})  # raises what it refuses

    assert request["HyperParameterTuningJobConfig"]["Strategy"]


def test_the_least_validation_loss_wins_and_is_among_the_metrics() -> None:
    request = tuning_request(run_in("tuning"), SETTINGS)

    objective = request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    assert objective == {"Type": "Minimize", "MetricName": OBJECTIVE}
    definitions = request["TrainingJobDefinition"]["AlgorithmSpecification"]["MetricDefinitions"]
    assert OBJECTIVE in {definition["Name"] for definition in definitions}


def test_the_test_split_is_out_of_a_trial_s_reach() -> None:
    trial = tuning_request(run_in("tuning"), SETTINGS)["TrainingJobDefinition"]

    [channel] = trial["InputDataConfig"]
    assert channel["ChannelName"] == "features"
    assert channel["DataSource"]["S3DataSource"]["S3Uri"].endswith("/features/")


def test_the_toolkit_finds_the_program_in_the_run_s_own_code() -> None:
    run = run_in("tuning")

    sent = tuning_request(run, SETTINGS)["TrainingJobDefinition"]["StaticHyperParameters"]

    static = {name: json.loads(value) for name, value in sent.items()}
    assert static["sagemaker_program"] == "training_code/trial.py"
    assert static["sagemaker_submit_directory"] == (
        f"s3://{SETTINGS.bucket}/code/{run.source}/tuning/sourcedir.tar.gz"
    )
    assert (static["epochs"], static["seed"]) == (30, 1)


def test_no_more_trials_run_at_once_than_there_are() -> None:
    run = run_in("tuning", settings=RunSettings(tuning_jobs=3, tuning_parallel=8))

    limits = tuning_request(run, SETTINGS)["HyperParameterTuningJobConfig"]["ResourceLimits"]

    assert (limits["MaxNumberOfTrainingJobs"], limits["MaxParallelTrainingJobs"]) == (3, 3)


def test_early_stopping_is_spelled_as_sagemaker_does() -> None:
    run = run_in("tuning", settings=RunSettings(early_stopping="off"))

    config = tuning_request(run, SETTINGS)["HyperParameterTuningJobConfig"]

    assert config["TrainingJobEarlyStoppingType"] == "Off"


def test_a_short_time_for_jobs_still_leaves_what_sagemaker_wants_for_a_tuning() -> None:
    request = tuning_request(run_in("tuning"), replace(SETTINGS, max_runtime_seconds=5))

    limits = request["HyperParameterTuningJobConfig"]["ResourceLimits"]
    assert limits["MaxRuntimeInSeconds"] == 120


def test_the_values_searched_are_those_that_the_requirements_name() -> None:
    ranges = parameter_ranges(RunSettings().space)

    continuous = {
        found["Name"]: (float(found["MinValue"]), float(found["MaxValue"]), found["ScalingType"])
        for found in ranges["ContinuousParameterRanges"]
    }
    assert continuous == {
        "lr": (1e-4, 1e-1, "Logarithmic"),
        "weight-decay": (1e-5, 1e-1, "Logarithmic"),
        "dropout": (0.0, 0.5, "Linear"),
    }
    categorical = {found["Name"]: found["Values"] for found in ranges["CategoricalParameterRanges"]}
    assert categorical == {"batch-size": ["32", "64", "128"], "hidden-units": ["0", "128", "256"]}


def test_what_is_not_searched_is_told_to_each_trial() -> None:
    chosen = run_settings(
        {"preset": "resnet18-adamw", "ranges": {"weight_decay": {"values": [0.01, 0.1]}}},
        defaults=RunSettings(),
    )

    request = tuning_request(run_in("tuning", settings=chosen), SETTINGS)

    ranges = request["HyperParameterTuningJobConfig"]["ParameterRanges"]
    assert [found["Name"] for found in ranges["ContinuousParameterRanges"]] == ["lr", "eps"]
    assert ranges["ContinuousParameterRanges"][1]["MinValue"] == "0.000000001"
    assert ranges["CategoricalParameterRanges"] == [
        {"Name": "weight-decay", "Values": ["0.01", "0.1"]},
        {"Name": "batch-size", "Values": ["32", "64"]},
    ]
    static = request["TrainingJobDefinition"]["StaticHyperParameters"]
    assert (static["dropout"], static["hidden-units"]) == ("0.0", "0")


def test_hyperband_is_told_how_long_a_trial_may_go_on() -> None:
    chosen = RunSettings(strategy="hyperband", early_stopping="off", tuning_epochs=27)

    config = tuning_request(run_in("tuning", settings=chosen), SETTINGS)[
        "HyperParameterTuningJobConfig"
    ]

    resources = {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 27}}
    assert (config["Strategy"], config["StrategyConfig"]) == ("Hyperband", resources)
