"""Rules of a warm start: what the tuning jobs that a new one learns from must have in common."""

from __future__ import annotations

from localcloud.sagemaker.jobs.tuning_definition import Definition, definitions
from localcloud.sagemaker.region.errors import invalid
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.shapes import Json

ENDED = {"Completed", "Stopped", "Failed"}
MOST_CHANGES = 10
KINDS = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges")


def check_warm_start(request: Json, parents: list[Record]) -> None:
    """Raises ApiError unless the new tuning job may start from these."""
    own = _only_definition(request)
    if len({parent.name for parent in parents}) < len(parents):
        raise invalid("The parent hyperparameter tuning jobs of a warm start must be different.")
    identical = request["WarmStartConfig"]["WarmStartType"] == "IdenticalDataAndAlgorithm"
    for parent in parents:
        if parent.status not in ENDED:
            raise invalid(
                f"The parent hyperparameter tuning job {parent.name} must be in a terminal state, "
                f"and is {parent.status}."
            )
        inherited = _only_definition(parent.fields())
        _check_parent(own, inherited, parent.name)
        if identical:
            _check_identical(own.fields, inherited.fields, parent.name)


def _only_definition(request: Json) -> Definition:
    found = definitions(request)
    if len(found) > 1:
        raise invalid("Warm start is not supported for several TrainingJobDefinitions.")
    return found[0]


def _check_parent(own: Definition, parent: Definition, name: str) -> None:
    if own.objective != parent.objective:
        raise invalid(f"The objective must be the same as that of the parent {name}.")
    ours, theirs = kinds(own), kinds(parent)
    if len(ours) + len(own.static) != len(theirs) + len(parent.static):
        raise invalid(
            "The total number of static and tunable hyperparameters must be the same as in the "
            f"parent {name}."
        )
    if other := sorted(key for key in ours.keys() & theirs.keys() if ours[key] != theirs[key]):
        raise invalid(f"The type of {other} must be the same as in the parent {name}.")
    changed = [key for key, value in own.static.items() if parent.static.get(key) != value]
    if len(changed) > MOST_CHANGES:
        raise invalid(
            f"{len(changed)} hyperparameters have been made static or have other values than in "
            f"the parent {name}; at most {MOST_CHANGES} may."
        )


def kinds(definition: Definition) -> dict[str, str]:
    """The tuned hyperparameters, each with the member of its range."""
    return {item["Name"]: kind for kind in KINDS for item in definition.ranges.get(kind, ())}


def _check_identical(own: Json, parent: Json, name: str) -> None:
    if _image(own) != _image(parent) or _data(own) != _data(parent):
        raise invalid(
            "Input data and training image must be those of the parent "
            f"{name} for the warm start type IdenticalDataAndAlgorithm."
        )


def _image(definition: Json) -> str:
    return str(definition["AlgorithmSpecification"]["TrainingImage"])


def _data(definition: Json) -> dict[str, str]:
    return {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in definition.get("InputDataConfig", ())
    }
