"""Experiments to test with."""

from __future__ import annotations

from typing import Any

from tests.support.sagemaker_engine import Cloud, new_name


def experiment(cloud: Cloud) -> str:
    name = new_name("experiment")
    cloud.sagemaker.create_experiment(ExperimentName=name)
    return name


def trial(cloud: Cloud, experiment_name: str) -> str:
    name = new_name("trial")
    cloud.sagemaker.create_trial(TrialName=name, ExperimentName=experiment_name)
    return name


def component(cloud: Cloud, trial_name: str, **request: Any) -> str:
    """A component that belongs to the trial."""
    name = new_name("component")
    cloud.sagemaker.create_trial_component(TrialComponentName=name, **request)
    cloud.sagemaker.associate_trial_component(TrialComponentName=name, TrialName=trial_name)
    return name
