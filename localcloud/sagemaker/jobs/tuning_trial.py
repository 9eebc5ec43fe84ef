"""One training job of a tuning job: its request, what it shows, how it counts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from statistics import fmean, median

from localcloud.sagemaker.jobs.training import TrainingJob
from localcloud.sagemaker.jobs.tuning_definition import Objective
from localcloud.sagemaker.jobs.tuning_search import Proposal
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.shapes import Json, names

PASSED_ON = names("""AlgorithmSpecification RoleArn InputDataConfig VpcConfig OutputDataConfig
    ResourceConfig StoppingCondition EnableNetworkIsolation EnableManagedSpotTraining
    EnableInterContainerTrafficEncryption CheckpointConfig RetryStrategy Environment""")
SHOWN = names("""TrainingJobName TrainingJobArn CreationTime TrainingStartTime TrainingEndTime
    TrainingJobStatus FailureReason""")


@dataclass(frozen=True)
class Trial:
    tuning: str  # the name of the tuning job
    job: TrainingJob
    proposal: Proposal

    @property
    def objective(self) -> Objective:
        return self.proposal.definition.objective

    @property
    def values(self) -> list[float]:
        """The objective after each epoch so far."""
        return self.job.metrics.values(self.objective.metric)

    @property
    def value(self) -> float | None:
        """What the trial counts with: its last value, unless it failed."""
        return self.values[-1] if self.values and self.status != "Failed" else None

    @property
    def status(self) -> str:
        return self.job.record.status

    @property
    def running(self) -> bool:
        return not self.job.ended.is_set()

    @property
    def objective_status(self) -> str:
        if self.running:
            return "Pending"
        return "Failed" if self.value is None else "Succeeded"

    def summary(self) -> Json:
        """As ListTrainingJobsForHyperParameterTuningJob and BestTrainingJob show it."""
        record = self.job.record
        shown = {name: v for name in SHOWN if (v := record.get(name)) is not None}
        shown |= {"TuningJobName": self.tuning, "TunedHyperParameters": self.proposal.values}
        shown |= {"ObjectiveStatus": self.objective_status}
        if definition := self.proposal.definition.name:
            shown["TrainingJobDefinitionName"] = definition
        if self.value is not None:
            shown["FinalHyperParameterTuningJobObjectiveMetric"] = {
                "Type": self.objective.type,
                "MetricName": self.objective.metric,
                "Value": self.value,
            }
        return shown


# The one name with a random part: AWS gives children such names, and nobody creates them twice.
def child_name(tuning: str, number: int) -> str:
    return f"{tuning}-{number:03d}-{secrets.token_hex(4)}"


def child_request(tuning: Record, name: str, proposal: Proposal) -> Json:
    """CreateTrainingJob's request for one proposal."""
    definition = proposal.definition.fields
    request = {member: definition[member] for member in PASSED_ON if member in definition}
    return request | {
        "TrainingJobName": name,
        "TuningJobArn": tuning.arn,
        "HyperParameters": {
            **definition["StaticHyperParameters"],
            **proposal.values,
        },
        "Tags": [{"Key": key, "Value": value} for key, value in tuning.tags.items()],
    }


def should_stop_early(trial: Trial, others: list[Trial]) -> bool:
    """AWS's median rule: worse at this epoch than the median of the others' running averages.

    Where the trial has gone on longer than all others, their last common epoch counts.
    """
    own, histories = trial.values, [other.values for other in others]
    epoch = min(len(own), max(map(len, histories), default=0))
    if epoch == 0:
        return False
    averages = [fmean(values[:epoch]) for values in histories if len(values) >= epoch]
    return trial.objective.better(median(averages), than=trial.objective.best(own))
