"""What a tuning job tunes: its definitions of training jobs, each with an objective and ranges."""

from __future__ import annotations

from dataclasses import dataclass

from localcloud.sagemaker.region.defaults import OBJECTIVE, resources
from localcloud.sagemaker.region.quota import instance_count
from localcloud.sagemaker.region.shapes import Json


@dataclass(frozen=True)
class Objective:
    metric: str
    minimize: bool

    @classmethod
    def of(cls, declared: Json) -> Objective:
        return cls(declared["MetricName"], declared["Type"] == "Minimize")

    @property
    def type(self) -> str:
        return "Minimize" if self.minimize else "Maximize"

    def better(self, value: float, than: float) -> bool:
        return value < than if self.minimize else value > than

    def best(self, values: list[float]) -> float:
        return min(values) if self.minimize else max(values)


@dataclass(frozen=True)
class Definition:
    fields: Json  # HyperParameterTrainingJobDefinition
    ranges: Json
    objective: Objective

    @property
    def name(self) -> str | None:
        return self.fields.get("DefinitionName")

    @property
    def static(self) -> dict[str, str]:
        """The hyperparameters that the client has fixed."""
        given = self.fields.get("StaticHyperParameters", {})
        return {name: value for name, value in given.items() if name != OBJECTIVE}

    @property
    def instances(self) -> int:
        return instance_count({"ResourceConfig": resources(self.fields)})


def definitions(request: Json) -> list[Definition]:
    """The one definition, whose objective and ranges are the tuning job's; or those of a list."""
    config = request["HyperParameterTuningJobConfig"]
    if "TrainingJobDefinition" in request:
        objective = Objective.of(config["HyperParameterTuningJobObjective"])
        declared = config.get("ParameterRanges", {})
        return [Definition(request["TrainingJobDefinition"], declared, objective)]
    return [
        Definition(item, item["HyperParameterRanges"], Objective.of(item["TuningObjective"]))
        for item in request["TrainingJobDefinitions"]
    ]
