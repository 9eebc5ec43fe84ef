"""Tuning jobs: children side by side, the search fed by what they reach, the best one named."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from localcloud.sagemaker.jobs.job import Job
from localcloud.sagemaker.jobs.training import TrainingJob
from localcloud.sagemaker.jobs.tuning_search import Proposal, Search, combinations
from localcloud.sagemaker.jobs.tuning_trial import (
    Objective,
    Trial,
    child_name,
    child_request,
    should_stop_early,
)
from localcloud.sagemaker.region.errors import ApiError, Closing, JobFailed
from localcloud.sagemaker.region.kinds import TRAINING, TUNING
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

POLL_SECONDS = 0.05
HOPELESS = 5  # failed training jobs without one success, after which AWS gives up
Train = Callable[[Json, int], TrainingJob]  # the request, and how many run at once


def counters(trials: list[Trial]) -> Json:
    ended = Counter(trial.status for trial in trials if not trial.running)
    judged = Counter(trial.objective_status for trial in trials)
    return {
        "TrainingJobStatusCounters": {
            "Completed": ended["Completed"],
            "InProgress": sum(trial.running for trial in trials),
            "RetryableError": 0,
            "NonRetryableError": ended["Failed"],
            "Stopped": ended["Stopped"],
        },
        "ObjectiveStatusCounters": {
            "Succeeded": judged["Succeeded"],
            "Pending": judged["Pending"],
            "Failed": judged["Failed"],
        },
    }


class TuningJob(Job):
    kind = TUNING

    def __init__(self, region: Region, record: Record, train: Train) -> None:
        super().__init__(region, record)
        self._train = train
        self._config: Json = record["HyperParameterTuningJobConfig"]
        self._limits: Json = self._config["ResourceLimits"]
        self._objective = Objective.of(self._config)
        self._search = Search(self._config)
        self.trials: list[Trial] = []
        self._told: set[int] = set()
        self._waiting: Proposal | None = None

    def work(self) -> None:
        due = time.monotonic() + self._limits.get("MaxRuntimeInSeconds", float("inf"))
        # Polling keeps one thread in charge of the search, the counters and the events.
        while not self._finished() and time.monotonic() < due:
            if self.region.closing.is_set():
                raise Closing
            self._start_what_fits()
            self._stop_early()
            self._hear()
            if self.stop_requested.wait(POLL_SECONDS):
                break
        self._stop_the_rest()
        self._end()

    def closing_times(self) -> Json:
        seconds = sum(self._seconds(trial) for trial in self.trials)
        return {
            "HyperParameterTuningEndTime": time.time(),
            "ConsumedResources": {"RuntimeInSeconds": seconds},
        }

    def summaries(self) -> list[Json]:
        return [trial.summary() for trial in self.trials]

    @property
    def _most(self) -> int:
        if self._config["Strategy"] == "Grid":
            return len(combinations(self._config["ParameterRanges"]))
        return int(self._limits.get("MaxNumberOfTrainingJobs", 1))

    @property
    def _running(self) -> list[Trial]:
        return [trial for trial in self.trials if trial.running]

    def _finished(self) -> bool:
        if self._complete() or self._hopeless():
            return True
        return len(self.trials) >= self._most and not self._running

    def _hopeless(self) -> bool:
        heard = [trial for trial in self.trials if trial.proposal.number in self._told]
        failed = [trial for trial in heard if trial.value is None]
        return len(failed) == len(heard) and len(failed) >= min(HOPELESS, self._most)

    def _complete(self) -> bool:
        """Whether a completion criterion of the request is met."""
        criteria = self._config.get("TuningJobCompletionCriteria", {})
        best = self._best()
        if best is None or best.value is None:
            return False
        target = criteria.get("TargetObjectiveMetricValue")
        if target is not None and not self._objective.better(target, than=best.value):
            return True
        patience = criteria.get("BestObjectiveNotImproving", {}).get(
            "MaxNumberOfTrainingJobsNotImproving"
        )
        return patience is not None and self._not_improving(best) >= patience

    def _not_improving(self, best: Trial) -> int:
        ended = [trial for trial in self.trials if trial.value is not None and not trial.running]
        return len(ended) - 1 - ended.index(best)

    def _best(self) -> Trial | None:
        best: Trial | None = None
        for trial in self.trials:
            if trial.running or trial.value is None:
                continue
            if best is None or self._objective.better(trial.value, than=best.value or 0.0):
                best = trial
        return best

    def _start_what_fits(self) -> None:
        parallel, size = self._limits["MaxParallelTrainingJobs"], self._instances()
        while (
            len(self.trials) < self._most
            and len(self._running) < parallel
            and self.region.quotas.room(TRAINING) >= size
        ):
            if not self._start_one():
                return

    def _start_one(self) -> bool:
        if self.region.chance.strikes("trials_refused", self.record.name):
            self._stop_the_rest()
            raise JobFailed(str(self.region.quotas.refusal(TRAINING, self._instances())))
        proposal = self._waiting or self._search.ask()
        name = child_name(self.record.name, len(self.trials) + 1)
        try:
            request = child_request(self.record, name, proposal)
            job = self._train(request, self._limits["MaxParallelTrainingJobs"])
        except ApiError as error:
            if error.code == "ResourceLimitExceeded":
                # Another job took the last instance in the meantime: this one waits for the next.
                self._waiting = proposal
                return False
            raise JobFailed(f"{error.code}: {error.message}") from error
        self._waiting = None
        self.trials.append(Trial(self.record.name, job, proposal, self._objective))
        self.change(**counters(self.trials))
        return True

    def _instances(self) -> int:
        return int(self.record["TrainingJobDefinition"]["ResourceConfig"]["InstanceCount"])

    def _stop_early(self) -> None:
        if self._config.get("TrainingJobEarlyStoppingType") != "Auto":
            return
        for trial in self._running:
            others = [other for other in self.trials if other is not trial and not other.running]
            if should_stop_early(trial, others, self._objective):
                stop_quietly(trial)

    def _hear(self) -> None:
        """Tells the search about trials that have ended since."""
        for trial in self.trials:
            if trial.running or trial.proposal.number in self._told:
                continue
            self._told.add(trial.proposal.number)
            self._search.tell(trial.proposal, trial.value)
            self.change(**self._state())

    def _state(self) -> Json:
        best = self._best()
        return counters(self.trials) | ({"BestTrainingJob": best.summary()} if best else {})

    def _stop_the_rest(self) -> None:
        for trial in self._running:
            stop_quietly(trial)
        for trial in self.trials:
            while not trial.job.ended.wait(POLL_SECONDS):
                if self.region.closing.is_set():
                    raise Closing
        self._hear()

    def _end(self) -> None:
        self.record.update(**self._state())
        if self.stop_requested.is_set():
            self.finish("Stopped")
        elif self._best() is None:
            failed = len([trial for trial in self.trials if trial.value is None])
            raise JobFailed(
                f"No training job succeeded after {failed} attempts. For additional details, "
                "please take a look at the training job failures by listing training jobs for "
                "the hyperparameter tuning job."
            )
        else:
            self.finish("Completed")

    def _seconds(self, trial: Trial) -> int:
        return int(trial.job.record.get("TrainingTimeInSeconds", 0))


def stop_quietly(trial: Trial) -> None:
    """Stops a trial; that it has just ended by itself is as good."""
    try:
        trial.job.request_stop()
    except ApiError:
        return
