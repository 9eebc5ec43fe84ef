"""Rules of tuning jobs that no shape can express: SageMaker's own, and this engine's limits."""

from __future__ import annotations

from localcloud.sagemaker.api.rules import check_training
from localcloud.sagemaker.jobs.tuning_search import combinations, ranges
from localcloud.sagemaker.region.defaults import resources
from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.shapes import Json

OF_ONE_INSTANCE = {"InstanceType", "InstanceCount", "VolumeSizeInGB"}


def check_tuning(request: Json) -> None:
    config = request["HyperParameterTuningJobConfig"]
    for member in ("WarmStartConfig", "TrainingJobDefinitions", "Autotune"):
        if member in request:
            raise unsupported(member, "use a single TrainingJobDefinition without warm start")
    definition = request.get("TrainingJobDefinition")
    if definition is None or "HyperParameterTuningJobObjective" not in config:
        raise invalid("TrainingJobDefinition and HyperParameterTuningJobObjective are required.")
    if config["Strategy"] == "Hyperband":
        raise unsupported("the strategy Hyperband", "use Bayesian, Random or Grid")
    check_search_space(config)
    check_definition(definition)
    check_objective(config, definition)


def check_definition(definition: Json) -> None:
    check_resources(definition)
    check_training(
        {
            **definition,
            "ResourceConfig": resources(definition),
            "HyperParameters": definition.get("StaticHyperParameters", {}),
        }
    )


def check_resources(definition: Json) -> None:
    flexible = definition.get("HyperParameterTuningResourceConfig")
    if (flexible is None) == ("ResourceConfig" not in definition):
        raise invalid(
            "Exactly one of ResourceConfig and HyperParameterTuningResourceConfig must be "
            "specified in a training job definition."
        )
    if flexible is None:
        return
    alone = OF_ONE_INSTANCE & flexible.keys()
    if "InstanceConfigs" in flexible and alone:
        raise invalid(f"InstanceConfigs cannot be specified together with {sorted(alone)}.")
    if "InstanceConfigs" not in flexible and alone != OF_ONE_INSTANCE:
        raise invalid(
            "HyperParameterTuningResourceConfig needs InstanceConfigs, or InstanceType, "
            "InstanceCount and VolumeSizeInGB."
        )
    if "AllocationStrategy" in flexible and "InstanceConfigs" not in flexible:
        raise invalid("AllocationStrategy can be specified only together with InstanceConfigs.")


def check_search_space(config: Json) -> None:
    declared = config.get("ParameterRanges", {})
    ranges(declared)
    most = config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
    if config["Strategy"] != "Grid":
        if most is None:
            raise invalid("MaxNumberOfTrainingJobs is required for this strategy.")
        return
    if most is not None and most != len(combinations(declared)):
        raise invalid(
            "MaxNumberOfTrainingJobs must equal the number of combinations "
            f"({len(combinations(declared))}) for strategy Grid."
        )


def check_objective(config: Json, definition: Json) -> None:
    metric = config["HyperParameterTuningJobObjective"]["MetricName"]
    defined = definition["AlgorithmSpecification"].get("MetricDefinitions", ())
    if metric not in {item["Name"] for item in defined}:
        raise invalid(f"The objective metric {metric} is not among the MetricDefinitions.")
    searched = {item.name for item in ranges(config["ParameterRanges"])}
    if both := searched & set(definition.get("StaticHyperParameters", {})):
        raise invalid(f"Hyperparameters cannot be both static and tuned: {sorted(both)}.")
