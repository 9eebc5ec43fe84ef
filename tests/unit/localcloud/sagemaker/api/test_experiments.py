"""Experiments, trials and their components: made, joined, listed, changed, taken down in order."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.experiments import component, experiment, trial
from tests.support.sagemaker_engine import ACCOUNT, REGION, Cloud, new_name

PREFIX = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


def listed(cloud: Cloud, operation: str, member: str, stem: str, **request: Any) -> list[str]:
    pages = cloud.sagemaker.get_paginator(operation).paginate(**request)
    return [item[f"{stem}Name"] for page in pages for item in page[member]]


def components(cloud: Cloud, **request: Any) -> list[str]:
    member, stem = "TrialComponentSummaries", "TrialComponent"
    return listed(cloud, "list_trial_components", member, stem, **request)


def test_an_experiment_is_described_and_changed(cloud: Cloud) -> None:
    name = experiment(cloud)

    cloud.sagemaker.update_experiment(ExperimentName=name, Description="breeds")

    answer = cloud.sagemaker.describe_experiment(ExperimentName=name)
    assert answer["ExperimentArn"] == f"{PREFIX}:experiment/{name}"
    assert (answer["DisplayName"], answer["Description"]) == (name, "breeds")


def test_names_are_unique_and_unknown_ones_are_told(cloud: Cloud) -> None:
    name = experiment(cloud)

    with pytest.raises(ClientError, match=rf"Experiment with name \({name}\) already exists"):
        cloud.sagemaker.create_experiment(ExperimentName=name)
    with pytest.raises(ClientError, match="Trial 'no' does not exist") as caught:
        cloud.sagemaker.describe_trial(TrialName="no")
    with pytest.raises(ClientError, match="Experiment 'no' does not exist"):
        cloud.sagemaker.create_trial(TrialName=new_name("trial"), ExperimentName="no")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFound"


def test_trials_are_listed_by_experiment_and_by_component(cloud: Cloud) -> None:
    name = experiment(cloud)
    first, second = trial(cloud, name), trial(cloud, name)
    part = component(cloud, second)

    def trials(**request: Any) -> list[str]:
        return listed(cloud, "list_trials", "TrialSummaries", "Trial", **request)

    assert trials(ExperimentName=name, SortOrder="Ascending") == [first, second]
    assert trials(TrialComponentName=part) == [second]
    assert components(cloud, ExperimentName=name) == [part]
    with pytest.raises(ClientError, match="Only one of"):
        components(cloud, ExperimentName=name, TrialName=second)


def test_a_component_carries_parameters_and_artifacts(cloud: Cloud) -> None:
    part = component(
        cloud,
        trial(cloud, experiment(cloud)),
        Parameters={"lr": {"NumberValue": 0.1}, "head": {"StringValue": "mlp"}},
        Status={"PrimaryStatus": "InProgress"},
    )

    cloud.sagemaker.update_trial_component(
        TrialComponentName=part,
        Parameters={"epochs": {"NumberValue": 3}},
        ParametersToRemove=["head"],
        OutputArtifacts={"model": {"Value": "s3://bucket/model.tar.gz"}},
        Status={"PrimaryStatus": "Completed"},
    )

    answer = cloud.sagemaker.describe_trial_component(TrialComponentName=part)
    assert answer["Parameters"] == {"lr": {"NumberValue": 0.1}, "epochs": {"NumberValue": 3.0}}
    assert answer["OutputArtifacts"]["model"]["Value"] == "s3://bucket/model.tar.gz"
    assert answer["Status"]["PrimaryStatus"] == "Completed"


def test_what_holds_others_is_taken_down_last(cloud: Cloud) -> None:
    name = experiment(cloud)
    attempt = trial(cloud, name)
    part = component(cloud, attempt)
    api = cloud.sagemaker

    for call, member, value in (
        (api.delete_experiment, "ExperimentName", name),
        (api.delete_trial, "TrialName", attempt),
        (api.delete_trial_component, "TrialComponentName", part),
    ):
        with pytest.raises(ClientError, match="first"):
            call(**{member: value})
    api.disassociate_trial_component(TrialComponentName=part, TrialName=attempt)
    api.delete_trial_component(TrialComponentName=part)
    api.delete_trial(TrialName=attempt)
    api.delete_experiment(ExperimentName=name)

    assert name not in listed(cloud, "list_experiments", "ExperimentSummaries", "Experiment")


def test_components_are_searched_by_parameter_and_trial(cloud: Cloud) -> None:
    attempt = trial(cloud, experiment(cloud))
    component(cloud, attempt, Parameters={"lr": {"NumberValue": 0.5}})
    good = component(cloud, attempt, Parameters={"lr": {"NumberValue": 0.1}})
    filters = [
        {"Name": "Parents.TrialName", "Operator": "Equals", "Value": attempt},
        {"Name": "Parameters.lr", "Operator": "LessThan", "Value": "0.25"},
    ]

    found = cloud.sagemaker.search(
        Resource="ExperimentTrialComponent", SearchExpression={"Filters": filters}
    )
    trials = cloud.sagemaker.search(
        Resource="ExperimentTrial",
        SearchExpression={"Filters": [{"Name": "TrialName", "Value": attempt}]},
    )

    assert [hit["TrialComponent"]["TrialComponentName"] for hit in found["Results"]] == [good]
    [hit] = trials["Results"]
    assert len(hit["Trial"]["TrialComponentSummaries"]) == 2
