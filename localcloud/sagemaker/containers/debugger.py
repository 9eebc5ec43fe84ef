"""SageMaker Debugger as far as one machine has it: the hook's configuration and its tensors.

The managed rules run in images of AWS that do not exist here: their status is an error that says
so, never a verdict that nobody has reached.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from localcloud.sagemaker.containers.layout import Layout, write_json
from localcloud.sagemaker.region.objects import Location, Objects
from localcloud.sagemaker.region.shapes import Json

TENSORS = "/opt/ml/output/tensors"
TENSORBOARD = "/opt/ml/output/tensorboard"
# smdebug's rules wait for more steps until they see it; within a job smdebug does not write it.
END_OF_JOB = "training_job_end.ts"
RULE_DETAILS = "Managed rule images run only on AWS: the local cloud has not evaluated this rule."


def hook_environment(request: Json, layout: Layout) -> dict[str, str]:
    """Writes what smdebug reads, and points it there."""
    environment: dict[str, str] = {}
    if hook := request.get("DebugHookConfig"):
        path = layout.config / "debughookconfig.json"
        write_json(path, _hook_configuration(hook, layout))
        environment["SMDEBUG_CONFIG_FILE_PATH"] = str(path)
    if board := request.get("TensorBoardOutputConfig"):
        path = layout.config / "tensorboardoutputconfig.json"
        local = str(_local_path(board, TENSORBOARD, layout))
        write_json(path, {**board, "LocalPath": local})
        environment["TENSORBOARD_CONFIG_FILE_PATH"] = str(path)
    return environment


def _hook_configuration(hook: Json, layout: Layout) -> Json:
    return {
        "S3OutputPath": hook["S3OutputPath"],
        "LocalPath": str(_local_path(hook, TENSORS, layout)),
        "HookParameters": hook.get("HookParameters"),
        "CollectionConfigurations": hook.get("CollectionConfigurations"),
    }


def _local_path(config: Json, default: str, layout: Layout) -> Path:
    return layout.path(config.get("LocalPath", default))


def upload(request: Json, layout: Layout, objects: Objects, job: str) -> None:
    """Tensors to <S3OutputPath>/<job>/debug-output, boards to <S3OutputPath>/<job>/tensorboard."""
    for member, default, folder in (
        ("DebugHookConfig", TENSORS, "debug-output"),
        ("TensorBoardOutputConfig", TENSORBOARD, "tensorboard-output"),
    ):
        if config := request.get(member):
            target = Location.parse(config["S3OutputPath"]) / job / folder
            objects.upload_folder(_local_path(config, default, layout), target)
            if member == "DebugHookConfig":
                objects.write(target / END_OF_JOB, b"")


def _rule_statuses(rules: Iterable[Json]) -> list[Json]:
    now = time.time()
    return [
        {
            "RuleConfigurationName": rule["RuleConfigurationName"],
            "RuleEvaluationStatus": "Error",
            "StatusDetails": RULE_DETAILS,
            "LastModifiedTime": now,
        }
        for rule in rules
    ]


def rule_members(request: Json) -> Json:
    """The members about rules that Describe answers."""
    pairs = {
        "DebugRuleEvaluationStatuses": request.get("DebugRuleConfigurations"),
        "ProfilerRuleEvaluationStatuses": request.get("ProfilerRuleConfigurations"),
    }
    return {name: _rule_statuses(rules) for name, rules in pairs.items() if rules}
