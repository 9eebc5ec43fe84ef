"""Rules of tuning jobs that no shape can express: SageMaker's own, and this engine's limits."""

from __future__ import annotations

from localcloud.sagemaker.api.rules import check_training
from localcloud.sagemaker.jobs.tuning_definition import Definition, definitions
from localcloud.sagemaker.jobs.tuning_ranges import combinations, number_of_points, ranges
from localcloud.sagemaker.jobs.tuning_search import Hyperband
from localcloud.sagemaker.region.defaults import resources
from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.shapes import Json

OF_ONE_INSTANCE = {"InstanceType", "InstanceCount", "VolumeSizeInGB"}
OF_THE_JOB = ("HyperParameterTuningJobObjective", "ParameterRanges")
OF_EACH = ("DefinitionName", "TuningObjective", "HyperParameterRanges")
MOST_EPOCHS = 20_000


def check_tuning(request: Json) -> None:
    config = request["HyperParameterTuningJobConfig"]
    if "Autotune" in request:
        raise unsupported("Autotune", "give ranges, a strategy and limits")
    criteria = config.get("TuningJobCompletionCriteria", {})
    if criteria.get("ConvergenceDetected", {}).get("CompleteOnConvergence") == "Enabled":
        raise unsupported("ConvergenceDetected", "use BestObjectiveNotImproving")
    _check_which_definitions(request)
    tuned = definitions(request)
    _check_alike(tuned)
    for definition in tuned:
        ranges(definition.ranges)
        _check_definition(definition)
        _check_objective(definition)
    _check_number(config, tuned)
    _check_hyperband(config, tuned)


def _check_which_definitions(request: Json) -> None:
    """One definition, described by the configuration; or several that describe themselves."""
    config = request["HyperParameterTuningJobConfig"]
    several = "TrainingJobDefinitions" in request
    if several == ("TrainingJobDefinition" in request):
        raise invalid(
            "Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be specified."
        )
    if not several and "HyperParameterTuningJobObjective" not in config:
        raise invalid("HyperParameterTuningJobObjective is required with TrainingJobDefinition.")
    if several and (given := [member for member in OF_THE_JOB if member in config]):
        raise invalid(
            f"{' and '.join(given)} cannot be specified together with TrainingJobDefinitions: "
            "each definition has its own."
        )
    for definition in request.get("TrainingJobDefinitions", ()):
        if lacking := [member for member in OF_EACH if member not in definition]:
            raise invalid(f"Each of the TrainingJobDefinitions needs {' and '.join(lacking)}.")


def _check_alike(tuned: list[Definition]) -> None:
    names = [definition.name for definition in tuned]
    if len(set(names)) < len(names):
        raise invalid("The DefinitionName of each of the TrainingJobDefinitions must be unique.")
    if len({definition.objective.type for definition in tuned}) > 1:
        raise invalid("All TrainingJobDefinitions must have a TuningObjective of the same Type.")


def _check_definition(definition: Definition) -> None:
    _check_resources(definition.fields)
    check_training(
        {
            **definition.fields,
            "ResourceConfig": resources(definition.fields),
            "HyperParameters": definition.static,
        }
    )


def _check_resources(definition: Json) -> None:
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


def _check_objective(definition: Definition) -> None:
    metric = definition.objective.metric
    defined = definition.fields["AlgorithmSpecification"].get("MetricDefinitions", ())
    if metric not in {item["Name"] for item in defined}:
        raise invalid(
            "A metric is required for this hyperparameter tuning job objective. Provide a metric "
            f"in the metric definitions: {metric} is not among them."
        )
    searched = {item.name for item in ranges(definition.ranges)}
    if both := searched & definition.static.keys():
        raise invalid(f"Hyperparameters cannot be both static and tuned: {sorted(both)}.")


def _check_number(config: Json, tuned: list[Definition]) -> None:
    most = config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
    if config["Strategy"] != "Grid":
        if most is None:
            raise invalid("MaxNumberOfTrainingJobs is required for this strategy.")
        _check_enough_to_try(most, tuned)
        return
    points = sum(len(combinations(definition.ranges)) for definition in tuned)
    if most is not None and most != points:
        raise invalid(
            f"MaxNumberOfTrainingJobs must equal the number of combinations ({points}) for "
            "strategy Grid."
        )


def _check_enough_to_try(most: int, tuned: list[Definition]) -> None:
    """AWS tries nothing twice: it refuses more trials than there are values, in these words."""
    points = sum(number_of_points(definition.ranges) for definition in tuned)
    if points < most:
        raise invalid(
            "You don't have enough combinations of hyperparameter ranges. The total number of "
            f"hyperparameter combinations for the provided ranges [{points:.1f}] must be equal or "
            f"greater than the value of MaxNumberOfJobs, [{most}]. Provide additional ranges."
        )


def _check_hyperband(config: Json, tuned: list[Definition]) -> None:
    hyperband = Hyperband.of(config, tuned)
    if hyperband is None:
        if "StrategyConfig" in config:
            raise invalid("StrategyConfig can be specified only for strategy Hyperband.")
        return
    if config.get("TrainingJobEarlyStoppingType", "Off") != "Off":
        raise invalid("TrainingJobEarlyStoppingType must be Off for strategy Hyperband.")
    if not hyperband.most:
        raise invalid(
            "MaxResource parameter is not provided and could not be inferred from provided "
            "static hyperparameters of TrainingJobDefinition."
        )
    if not hyperband.least <= hyperband.most <= MOST_EPOCHS:
        raise invalid(
            f"MaxResource must be at least MinResource ({hyperband.least}) and at most "
            f"{MOST_EPOCHS}."
        )
