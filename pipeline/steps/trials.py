"""What stays of a search by a tuning job: the records of its trials, and the head of the best."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence

from pipeline.job_reports import DAMAGED, reports_in
from pipeline.names import BEST_HEAD, TRIAL_OUTPUTS, TRIALS, run_key
from pipeline.ports import ObjectVanished, Services, TrialOutcome
from pipeline.run import Run

SCHEMA = "kennel.trials/1"
# The names that training_code gives them, in a trial's output and its model.
EPOCHS = "epochs.json"
OUTPUT = "output/output.tar.gz"
MODEL = "output/model.tar.gz"
# Whose outputs are in memory at once.
AT_ONCE = 8


def keep_search(run: Run, tuning: str, best: str, services: Services) -> None:
    """Written again, with the same content, when the tuning's end is told of again."""
    outcomes = services.jobs.trials(tuning)
    epochs = dict(_epochs(run, [outcome.job for outcome in outcomes], services))
    document = {
        "schema": SCHEMA,
        "search": "tuning_job",
        "strategy": run.settings.strategy,
        "objective": "validation loss",
        "best": best,
        "trials": [_record(run, outcome, epochs) for outcome in outcomes],
    }
    body = json.dumps(document, ensure_ascii=False, indent=1).encode()
    services.objects.write(run_key(run.id, TRIALS), body)
    _keep_head(run, best, services)


def _record(
    run: Run, outcome: TrialOutcome, epochs: Mapping[str, Sequence[float | None]]
) -> dict[str, object]:
    return {
        "name": outcome.job,
        "status": outcome.status,
        # The tuner names what it has searched alone.
        "values": {**run.settings.space.fixed, **outcome.hyperparameters},
        "objective": outcome.objective,
        "epochs": epochs.get(outcome.job, []),
        "seconds": outcome.seconds,
        "reason": outcome.reason,
    }


def _epochs(
    run: Run, jobs: Sequence[str], services: Services
) -> Iterator[tuple[str, Sequence[float | None]]]:
    """The validation loss after each epoch, by trial; none of those that have left nothing."""
    keys = {run_key(run.id, f"{TRIAL_OUTPUTS}{job}/{OUTPUT}"): job for job in jobs}
    for start in range(0, len(keys), AT_ONCE):
        some = list(keys)[start : start + AT_ONCE]
        for key, archive in services.objects.read_many(some).items():
            yield keys[key], _losses(archive)


def _losses(archive: bytes) -> Sequence[float | None]:
    """What a trial has said of its epochs; nothing if it was cut off while it was being packed."""
    try:
        for name, _, content in reports_in(io.BytesIO(archive)):
            if name == EPOCHS:
                losses: Sequence[float | None] = json.loads(content.read())["validation_loss"]
                return losses
    except DAMAGED:
        return []
    return []


def _keep_head(run: Run, best: str, services: Services) -> None:
    """Beside the records, where it does not expire with what the other trials have left."""
    source = run_key(run.id, f"{TRIAL_OUTPUTS}{best}/{MODEL}")
    try:
        services.objects.copy(run_key(run.id, BEST_HEAD), source, version=None, etag=None)
    except ObjectVanished:
        # The training begins from zero then; it is no reason to throw the search away.
        services.telemetry.log("the best trial has left no head", run=run.id, job=best)
