"""Tuning jobs: children really run, the search learns, the best one is named."""

from __future__ import annotations

from tests.support.sagemaker_engine import Cloud
from tests.support.tuning_jobs import QUADRATIC, children, tune
from tests.support.waiting import eventually


def test_the_best_of_four_children_is_named(cloud: Cloud) -> None:
    name = tune(cloud, QUADRATIC)

    answer = cloud.ended("tuning", name)

    assert answer["HyperParameterTuningJobStatus"] == "Completed"
    assert answer["TrainingJobStatusCounters"]["Completed"] == 4
    assert answer["ObjectiveStatusCounters"] == {"Succeeded": 4, "Pending": 0, "Failed": 0}
    values = {
        child["TrainingJobName"]: child["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
        for child in children(cloud, name)
    }
    assert answer["BestTrainingJob"]["TrainingJobName"] == min(values, key=values.__getitem__)
    assert -3 <= float(answer["BestTrainingJob"]["TunedHyperParameters"]["lr"]) <= 3


def test_children_are_training_jobs_of_their_own(cloud: Cloud) -> None:
    name = tune(cloud, QUADRATIC, limits={"MaxNumberOfTrainingJobs": 1})
    tuning = cloud.ended("tuning", name)

    (child,) = children(cloud, name)
    answer = cloud.describe("training", child["TrainingJobName"])

    assert answer["TrainingJobName"].startswith(f"{name}-001-")
    assert answer["TuningJobArn"] == tuning["HyperParameterTuningJobArn"]
    assert answer["HyperParameters"]["_tuning_objective_metric"] == "objective"
    tags = cloud.sagemaker.list_tags(ResourceArn=answer["TrainingJobArn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "dogs"}]


def test_a_grid_is_tried_completely(cloud: Cloud) -> None:
    values = {"CategoricalParameterRanges": [{"Name": "lr", "Values": ["1", "2", "3"]}]}

    name = tune(
        cloud,
        QUADRATIC,
        Strategy="Grid",
        ParameterRanges=values,
        limits={"MaxNumberOfTrainingJobs": 3},
    )

    assert cloud.ended("tuning", name)["BestTrainingJob"]["TunedHyperParameters"] == {"lr": "1"}
    tried = {child["TunedHyperParameters"]["lr"] for child in children(cloud, name)}
    assert tried == {"1", "2", "3"}


def test_a_reached_target_ends_the_search(cloud: Cloud) -> None:
    criteria = {"TargetObjectiveMetricValue": 1000.0}

    name = tune(cloud, QUADRATIC, TuningJobCompletionCriteria=criteria)

    counts = cloud.ended("tuning", name)["TrainingJobStatusCounters"]
    assert counts["Completed"] + counts["Stopped"] < 4


def test_when_every_child_fails_the_tuning_job_fails(cloud: Cloud) -> None:
    name = tune(cloud, "raise SystemExit(1)", limits={"MaxNumberOfTrainingJobs": 2})

    answer = cloud.ended("tuning", name)

    assert answer["HyperParameterTuningJobStatus"] == "Failed"
    assert "No training job succeeded after 2 attempts" in answer["FailureReason"]
    assert "BestTrainingJob" not in answer


def test_a_child_without_the_objective_does_not_count(cloud: Cloud) -> None:
    name = tune(cloud, "print('nothing')", limits={"MaxNumberOfTrainingJobs": 1})

    answer = cloud.ended("tuning", name)

    assert answer["ObjectiveStatusCounters"]["Failed"] == 1


def test_stopping_the_tuning_job_stops_its_children(cloud: Cloud) -> None:
    script = "import time; print('objective=1.0'); time.sleep(60)"
    name = tune(cloud, script)
    eventually(lambda: children(cloud, name), lambda found: len(found) == 2)

    cloud.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)

    assert cloud.ended("tuning", name)["HyperParameterTuningJobStatus"] == "Stopped"
    assert {child["TrainingJobStatus"] for child in children(cloud, name)} == {"Stopped"}


def test_a_hopeless_child_is_stopped_early(cloud: Cloud) -> None:
    # The first child is good and quick; the second prints bad values for a minute.
    script = (
        "import argparse, time\n"
        "p = argparse.ArgumentParser(); p.add_argument('--lr', type=float)\n"
        "x = p.parse_known_args()[0].lr\n"
        "for epoch in range(600 if x == 2 else 3):\n"
        "    print(f'objective={x}'); time.sleep(0.1)\n"
    )
    values = {"CategoricalParameterRanges": [{"Name": "lr", "Values": ["1", "2"]}]}

    name = tune(
        cloud,
        script,
        Strategy="Grid",
        ParameterRanges=values,
        TrainingJobEarlyStoppingType="Auto",
        limits={"MaxNumberOfTrainingJobs": 2},
    )

    answer = cloud.ended("tuning", name, seconds=30)
    assert answer["TrainingJobStatusCounters"]["Stopped"] == 1
    assert answer["BestTrainingJob"]["TunedHyperParameters"] == {"lr": "1"}
