"""SageMaker Debugger and Profiler on the training job, for accounts that still have them. Pure.

Both are closed to new accounts, hence a setting that is off by default. Rules and parameters are
those of requirements.md part 1 in the names of `rule_to_invoke`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from pipeline.names import run_key, uri
from pipeline.run import Run
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        DebugHookConfigTypeDef,
        DebugRuleConfigurationTypeDef,
        ProfilerConfigTypeDef,
        ProfilerRuleConfigurationTypeDef,
    )

COLLECTIONS: dict[str, dict[str, str]] = {
    "losses": {"train.save_interval": "10", "eval.save_interval": "1"},
    "gradients": {"save_interval": "50"},
    "relu_input": {"include_regex": ".*relu_input", "save_interval": "50"},
}
DEBUG_RULES = (
    "VanishingGradient",
    "Overfit",
    "Overtraining",
    "PoorWeightInitialization",
    "LossNotDecreasing",
)
PROFILER_RULES = ("LowGPUUtilization", "CPUBottleneck", "ProfilerReport")
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
    return {
        "DebugHookConfig": {
            "S3OutputPath": f"{folder}/debug/",
            "CollectionConfigurations": [
                {"CollectionName": name, "CollectionParameters": parameters}
                for name, parameters in COLLECTIONS.items()
            ],
        },
        "DebugRuleConfigurations": [_debug_rule(name, settings) for name in DEBUG_RULES],
        "ProfilerConfig": {
            "S3OutputPath": f"{folder}/profiler/",
            "ProfilingIntervalInMilliseconds": PROFILING_INTERVAL_MS,
        },
        "ProfilerRuleConfigurations": [_profiler_rule(name, settings) for name in PROFILER_RULES],
    }


def _debug_rule(name: str, settings: Settings) -> DebugRuleConfigurationTypeDef:
    return {
        "RuleConfigurationName": name,
        "RuleEvaluatorImage": settings.debugger_rules_image,
        "RuleParameters": {"rule_to_invoke": name},
    }


def _profiler_rule(name: str, settings: Settings) -> ProfilerRuleConfigurationTypeDef:
    return {
        "RuleConfigurationName": name,
        "RuleEvaluatorImage": settings.debugger_rules_image,
        "RuleParameters": {"rule_to_invoke": name},
    }
