"""SageMaker Debugger on the training: its rules and collections are those of the run's setting."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.aws.job_requests.debugger import BY_DEFAULT, DEBUG_RULES, PROFILER_RULES
from pipeline.aws.job_requests.training import training_request
from pipeline.run_settings import RunSettings, run_settings
from pipeline.training_rules import PARAMETERS
from tests.support.samples import SETTINGS, run_in
from tests.support.service_model import objection


def request_with(rules: object) -> Any:
    given = {"debugger": "native", "rules": rules}
    settings = run_settings(given, defaults=RunSettings())
    return training_request(run_in("training", settings=settings), SETTINGS)


def names(request: Any) -> list[str]:
    rules = [
        *request.get("DebugRuleConfigurations", []),
        *request.get("ProfilerRuleConfigurations", []),
    ]
    return [rule["RuleParameters"]["rule_to_invoke"] for rule in rules]


def collections(request: Any) -> list[str]:
    configured = request["DebugHookConfig"]["CollectionConfigurations"]
    return [one["CollectionName"] for one in configured]


def test_by_default_it_has_its_hook_its_profile_and_the_rules_worth_an_instance() -> None:
    request = request_with("default")

    folder = f"s3://{SETTINGS.bucket}/runs/{run_in('training').id}/training"
    assert request["DebugHookConfig"]["S3OutputPath"] == f"{folder}/debug/"
    assert request["ProfilerConfig"]["S3OutputPath"] == f"{folder}/profiler/"
    assert set(names(request)) == {*BY_DEFAULT, "ProfilerReport"}
    assert collections(request) == ["losses", "weights", "gradients", "relu_input"]
    images = {
        rule["RuleEvaluatorImage"]
        for kind in ("DebugRuleConfigurations", "ProfilerRuleConfigurations")
        for rule in request[kind]
    }
    assert images == {SETTINGS.debugger_rules_image}


def test_a_run_s_own_rules_are_evaluated_with_their_parameters() -> None:
    request = request_with(
        {
            "ExplodingTensor": {"only_nan": True, "stop": True},
            "DeadRelu": {"threshold_layer": 30},
            "StalledTraining": {"threshold": 600},
            "StepOutlier": {},
        }
    )

    exploding, dead, stalled = (
        rule["RuleParameters"] for rule in request["DebugRuleConfigurations"]
    )
    assert exploding == {"rule_to_invoke": "ExplodingTensor", "only_nan": "True"}
    assert dead == {"rule_to_invoke": "DeadRelu", "threshold_layer": "30.0"}
    assert stalled == {"rule_to_invoke": "StalledTrainingRule", "threshold": "600.0"}
    assert "ProfilerRuleConfigurations" not in request
    assert "relu_output" in collections(request)


def test_rules_over_tensors_are_told_which_and_what_they_look_at_is_saved() -> None:
    request = request_with(
        {"AllZero": {"collection_names": "biases,tanh_input"}, "UnchangedTensor": {"num_steps": 4}}
    )

    zero, unchanged = (rule["RuleParameters"] for rule in request["DebugRuleConfigurations"])
    assert zero["collection_names"] == "biases,tanh_input"
    assert unchanged["collection_names"] == "weights,gradients"
    assert {"biases", "tanh_input", "weights", "gradients"} <= set(collections(request))


def test_beside_default_a_run_s_own_rules_are_added() -> None:
    request = request_with({"default": {}, "Overfit": {"patience": 3}, "IOBottleneck": {}})

    assert set(names(request)) == {*BY_DEFAULT, "IOBottleneck", "ProfilerReport"}


def test_without_rules_it_only_saves() -> None:
    request = request_with("off")

    assert names(request) == []
    assert collections(request) == ["losses", "weights", "gradients", "relu_input"]


@pytest.mark.parametrize("rules", ["default", "off", {name: {} for name in PARAMETERS}])
def test_sagemaker_accepts_the_request(rules: object) -> None:
    request = request_with(rules)

    assert objection("CreateTrainingJob", request) is None
    assert len(request.get("DebugRuleConfigurations", [])) <= 20
    assert len(request.get("ProfilerRuleConfigurations", [])) <= 20


def test_every_rule_that_sagemaker_is_asked_for_is_one_of_ours() -> None:
    assert {*DEBUG_RULES, *PROFILER_RULES, *BY_DEFAULT} <= set(PARAMETERS)


def test_a_training_that_is_debugged_passes_images_through_its_layers() -> None:
    assert request_with("default")["HyperParameters"]["final"] == '"images"'
