"""SageMaker Debugger and Profiler on the training job, for accounts that still have them. Pure.

Both are closed to new accounts, hence a setting that is off by default. Which rules they evaluate,
and what they save for them, follows the run's `rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypedDict

from pipeline.names import run_key, uri
from pipeline.run import Run
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CollectionConfigurationTypeDef,
        DebugHookConfigTypeDef,
        DebugRuleConfigurationTypeDef,
        ProfilerConfigTypeDef,
        ProfilerRuleConfigurationTypeDef,
    )

_OFTEN: Final = {"train.save_interval": "10", "eval.save_interval": "1"}
_SELDOM: Final = {"save_interval": "50"}


def _inputs(kind: str) -> dict[str, str]:
    return {"include_regex": f".*{kind}", **_SELDOM}


COLLECTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "losses": _OFTEN,
    "weights": _SELDOM,
    "gradients": _SELDOM,
    "biases": _SELDOM,
    "relu_input": _inputs("relu_input"),
    "relu_output": _inputs("relu_output"),
    "tanh_input": _inputs("tanh_input"),
    "sigmoid_input": _inputs("sigmoid_input"),
}
# Saved whatever the rules are: what a person looks at first.
ALWAYS: Final = ("losses", "weights", "gradients", "relu_input")
# What rules read beside that.
READ: Final[Mapping[str, str]] = {"DeadRelu": "relu_output"}
# SageMaker's own want to be told which tensors; ours look at all that there are.
OF_SOME_TENSORS: Final = ("AllZero", "UnchangedTensor", "TensorVariance")
TENSORS: Final = "weights,gradients"
# Of SageMaker's own rules, those that read tensors; ours besides need the recorder's rows.
DEBUG_RULES: Final[Mapping[str, str]] = {
    "VanishingGradient": "VanishingGradient",
    "ExplodingTensor": "ExplodingTensor",
    "PoorWeightInitialization": "PoorWeightInitialization",
    "LossNotDecreasing": "LossNotDecreasing",
    "Overfit": "Overfit",
    "Overtraining": "Overtraining",
    "DeadRelu": "DeadRelu",
    "WeightUpdateRatio": "WeightUpdateRatio",
    "AllZero": "AllZero",
    "UnchangedTensor": "UnchangedTensor",
    "TensorVariance": "TensorVariance",
    "StalledTraining": "StalledTrainingRule",
}
# StepOutlier and Dataloader are not among them any more.
PROFILER_RULES: Final = (
    "CPUBottleneck",
    "IOBottleneck",
    "LowGPUUtilization",
    "GPUMemoryIncrease",
    "BatchSize",
    "LoadBalancing",
    "OverallSystemUsage",
)
# Each rule is an instance beside the training: by default only these are worth one.
BY_DEFAULT: Final = (
    "VanishingGradient",
    "Overfit",
    "Overtraining",
    "PoorWeightInitialization",
    "LossNotDecreasing",
    "LowGPUUtilization",
    "CPUBottleneck",
)
REPORT: Final = "ProfilerReport"  # runs all rules of the profiler over what it has at the end
PROFILING_INTERVAL_MS = 500


class DebuggerFields(TypedDict, total=False):
    """The fields of CreateTrainingJob that Debugger and Profiler read."""

    DebugHookConfig: DebugHookConfigTypeDef
    DebugRuleConfigurations: list[DebugRuleConfigurationTypeDef]
    ProfilerConfig: ProfilerConfigTypeDef
    ProfilerRuleConfigurations: list[ProfilerRuleConfigurationTypeDef]


def debugger_fields(run: Run, settings: Settings) -> DebuggerFields:
    """The fields of CreateTrainingJob that switch both on; none where the setting is off."""
    if run.settings.debugger == "off":
        return {}
    folder = uri(settings.bucket, run_key(run.id, "training"))
    chosen = _chosen(run.settings.rules)
    image = settings.debugger_rules_image
    fields: DebuggerFields = {
        "DebugHookConfig": {
            "S3OutputPath": f"{folder}/debug/",
            "CollectionConfigurations": _collections(chosen),
        },
        "ProfilerConfig": {
            "S3OutputPath": f"{folder}/profiler/",
            "ProfilingIntervalInMilliseconds": PROFILING_INTERVAL_MS,
        },
    }
    debug = [
        _rule(DEBUG_RULES[name], chosen[name], image) for name in DEBUG_RULES if name in chosen
    ]
    profiler = [_rule(name, chosen[name], image) for name in PROFILER_RULES if name in chosen]
    if debug:
        fields["DebugRuleConfigurations"] = debug
    if profiler:
        fields["ProfilerRuleConfigurations"] = [*profiler, _rule(REPORT, {}, image)]
    return fields


def _chosen(rules: str | Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """Name to parameters; whether a rule ends the job is said to ours alone."""
    named = {rules: {}} if isinstance(rules, str) else dict(rules)
    chosen: dict[str, Mapping[str, object]] = {}
    if "default" in named:
        chosen = {name: {} for name in BY_DEFAULT}
    return chosen | {name: _parameters(name, given) for name, given in named.items()}


def _parameters(rule: str, given: object) -> Mapping[str, object]:
    assert isinstance(given, Mapping), "the setting's rule has looked at it"
    told = {name: value for name, value in given.items() if name != "stop"}
    if rule in OF_SOME_TENSORS and not told.keys() & {"collection_names", "tensor_regex"}:
        told["collection_names"] = TENSORS
    return told


def _collections(
    chosen: Mapping[str, Mapping[str, object]],
) -> list[CollectionConfigurationTypeDef]:
    named = [str(given.get("collection_names", "")) for given in chosen.values()]
    read = [READ[name] for name in chosen if name in READ]
    wanted = {*ALWAYS, *read, *",".join(named).split(",")}
    return [
        {"CollectionName": name, "CollectionParameters": dict(parameters)}
        for name, parameters in COLLECTIONS.items()
        if name in wanted
    ]


def _rule(name: str, parameters: Mapping[str, object], image: str) -> DebugRuleConfigurationTypeDef:
    """The profiler's have the same form. All values are texts."""
    return {
        "RuleConfigurationName": name,
        "RuleEvaluatorImage": image,
        "RuleParameters": {
            "rule_to_invoke": name,
            **{parameter: str(value) for parameter, value in parameters.items()},
        },
    }
