"""Tuning jobs: trials side by side, the search fed by what they reach, the best one named."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from localcloud.sagemaker.jobs.job import Job
from localcloud.sagemaker.jobs.training import TrainingJob
from localcloud.sagemaker.jobs.tuning_definition import definitions
from localcloud.sagemaker.jobs.tuning_outcome import best_of, counters, is_enough, not_improving
from localcloud.sagemaker.jobs.tuning_ranges import combinations
from localcloud.sagemaker.jobs.tuning_search import Proposal, Search
from localcloud.sagemaker.jobs.tuning_trial import (
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


class TuningJob(Job):
    kind = TUNING

    def __init__(
        self, region: Region, record: Record, train: Train, parents: Sequence[TuningJob] = ()
    ) -> None:
        super().__init__(region, record)
        self._train = train
        self._parents = parents
        self._config: Json = record["HyperParameterTuningJobConfig"]
        self._limits: Json = self._config["ResourceLimits"]
        self._definitions = definitions(record.fields())
        self._search = Search(self._config, self._definitions)
        for parent in parents:
            self._search.learn(parent.results())
        self.trials: list[Trial] = []
        self._ended: list[Trial] = []  # in this order
        self._waiting: Proposal | None = None

    def work(self) -> None:
        due = time.monotonic() + self._limits.get("MaxRuntimeInSeconds", float("inf"))
        # Polling keeps one thread in charge of the search, the counters and the events.
        while not self._finished() and time.monotonic() < due:
            if self.region.closing.is_set():
                raise Closing
            self._start_what_fits()
            self._stop_early()
            if self.stop_requested.wait(POLL_SECONDS):
                break
            self._hear()
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

    def results(self) -> list[tuple[dict[str, str], float]]:
        """What its own trials have reached, for a warm start of others: parents' do not count."""
        ended = [trial for trial in self.trials if not trial.running]
        return [(t.proposal.values, t.value) for t in ended if t.value is not None]

    @property
    def _most(self) -> int:
        if self._config["Strategy"] == "Grid":
            return sum(len(combinations(definition.ranges)) for definition in self._definitions)
        return int(self._limits.get("MaxNumberOfTrainingJobs", 1))

    @property
    def _instances(self) -> int:
        """How many a trial takes, whichever comes next."""
        return max(definition.instances for definition in self._definitions)

    @property
    def _going(self) -> list[Trial]:
        """Those whose end has not been heard of: what comes next should know of it."""
        return [trial for trial in self.trials if all(trial is not other for other in self._ended)]

    def _finished(self) -> bool:
        criteria = self._config.get("TuningJobCompletionCriteria", {})
        if is_enough(criteria, self._ended) or self._hopeless():
            return True
        return len(self.trials) >= self._most and not self._going

    def _hopeless(self) -> bool:
        failed = [trial for trial in self._ended if trial.value is None]
        return len(failed) == len(self._ended) and len(failed) >= min(HOPELESS, self._most)

    def _start_what_fits(self) -> None:
        parallel = self._limits["MaxParallelTrainingJobs"]
        while (
            len(self.trials) < self._most
            and len(self._going) < parallel
            and self.region.quotas.room(TRAINING) >= self._instances
        ):
            if not self._start_one():
                return

    def _start_one(self) -> bool:
        if self.region.chance.strikes("trials_refused", self.record.name):
            self._stop_the_rest()
            raise JobFailed(str(self.region.quotas.refusal(TRAINING, self._instances)))
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
        self.trials.append(Trial(self.record.name, job, proposal))
        self.change(**counters(self.trials))
        return True

    def _stop_early(self) -> None:
        """By the median rule where it is asked for, or by Hyperband, which AWS keeps apart."""
        median_rule = self._config.get("TrainingJobEarlyStoppingType") == "Auto"
        for trial in self._going:
            hopeless = self._search.report(trial.proposal, trial.values)
            if median_rule:
                hopeless = should_stop_early(trial, self._ended_like(trial))
            if hopeless:
                _stop_quietly(trial)

    def _ended_like(self, trial: Trial) -> list[Trial]:
        own = trial.proposal.definition
        return [other for other in self._ended if other.proposal.definition is own]

    def _hear(self) -> None:
        """Tells the search about trials that have ended since."""
        for trial in self._going:
            if trial.running:
                continue
            self._ended.append(trial)
            self._search.tell(trial.proposal, trial.value)
            self.change(**self._state())

    def _state(self) -> Json:
        details = {"NumberOfTrainingJobsObjectiveNotImproving": not_improving(self._ended)}
        best = best_of(self._ended)
        return {
            **counters(self.trials),
            "TuningJobCompletionDetails": details,
            **({"BestTrainingJob": best.summary()} if best else {}),
            **self._overall_best(),
        }

    def _overall_best(self) -> Json:
        """Compared with the parents' where these trained with the same data and algorithm."""
        warm = self.record.get("WarmStartConfig", {})
        if warm.get("WarmStartType") != "IdenticalDataAndAlgorithm":
            return {}
        of_parents = [trial for parent in self._parents for trial in parent.trials]
        best = best_of([*of_parents, *self._ended])
        return {"OverallBestTrainingJob": best.summary()} if best else {}

    def _stop_the_rest(self) -> None:
        for trial in self._going:
            _stop_quietly(trial)
        for trial in self.trials:
            while not trial.job.ended.wait(POLL_SECONDS):
                if self.region.closing.is_set():
                    raise Closing
        self._hear()

    def _end(self) -> None:
        self.record.update(**self._state())
        if self.stop_requested.is_set():
            self.finish("Stopped")
        elif best_of(self._ended) is None:
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


def _stop_quietly(trial: Trial) -> None:
    """Stops a trial; that it has just ended by itself is as good."""
    try:
        trial.job.request_stop()
    except ApiError:
        return
