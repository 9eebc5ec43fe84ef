"""Compares SageMaker with the ledger, and repeats what an event failed to bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from pipeline.events import (
    EndStatus,
    EvaluationEnded,
    JobEnded,
    PreparationEnded,
    TrainingEnded,
    TuningEnded,
)
from pipeline.names import RunId
from pipeline.ports import Services
from pipeline.run import JOB_KINDS, Run, State
from pipeline.steps.attempts import is_due
from pipeline.steps.batches import reconcile_batches
from pipeline.steps.dataset import accept_dataset, create_preparation
from pipeline.steps.evaluation import create_evaluation, finish_evaluation, start_evaluation
from pipeline.steps.jobs import stop_job
from pipeline.steps.ledger import find_run
from pipeline.steps.losses import fail_for_want_of_care, unborn
from pipeline.steps.notices import announce
from pipeline.steps.preparation import create_tuning, finish_preparation
from pipeline.steps.rounds import Round, Subject
from pipeline.steps.training import create_training, let_trials_expire, start_training
from pipeline.steps.untold_images import take_untold_images
from pipeline.steps.untold_uploads import untold_uploads

# A call that was in the air when its run ended has arrived long before; the rest of the time is for
# a SageMaker that cannot be reached.
STRAYS_APPEAR = timedelta(hours=6)

Ended = TypeVar("Ended", bound=JobEnded)


@dataclass(frozen=True)
class _Stage:
    """What a working state waits for: how its job is asked for, and what the end begins."""

    create: Callable[[Run, Services], Run]
    finish: Callable[[Run, EndStatus, str | None, Services], None]


def _stage(
    create: Callable[[Run, Services], Run],
    ended: type[Ended],
    begin_next: Callable[[Ended, Services], None],
) -> _Stage:
    def finish(run: Run, status: EndStatus, reason: str | None, services: Services) -> None:
        begin_next(ended(run.id, status, reason, run.attempt(ended.kind)), services)

    return _Stage(create, finish)


STAGES: Mapping[State, _Stage] = {
    "preparing": _stage(create_preparation, PreparationEnded, finish_preparation),
    "tuning": _stage(create_tuning, TuningEnded, start_training),
    "training": _stage(create_training, TrainingEnded, start_evaluation),
    "evaluating": _stage(create_evaluation, EvaluationEnded, finish_evaluation),
}


def reconcile_all(services: Services) -> None:
    """Looks after the batches, then every run by itself, then images and uploads never told of."""
    a_round = Round(services)
    batches = [Subject("batches", partial(reconcile_batches, services))]
    batches_first = not a_round.was_ended_by("batches")
    if batches_first:
        a_round.look_after(batches)
    runs = services.runs.all()
    a_round.look_after([_subject(run, services) for run in _needing_care(runs, services)])
    a_round.look_after([Subject("images", partial(take_untold_images, services))])
    untold: list[Run] = []
    a_round.look_after([Subject("uploads", partial(_note_untold, runs, untold, services))])
    a_round.look_after([_subject(run, services) for run in untold])
    if not batches_first:
        a_round.look_after(batches)
    a_round.close()


def _subject(run: Run, services: Services) -> Subject:
    return Subject(
        f"run {run.id}",
        partial(_reconcile_run, run.id, services),
        give_up=lambda reason: fail_for_want_of_care(run.id, reason, services),
    )


def _needing_care(runs: Sequence[Run], services: Services) -> Sequence[Run]:
    """Not the hundreds that ended long ago."""
    now = services.clock.now()
    return [
        run
        for run in runs
        if run.is_working or run.untold or now - run.timeline[-1].time <= STRAYS_APPEAR
    ]


def _note_untold(runs: Sequence[Run], untold: list[Run], services: Services) -> None:
    """Each becomes a run that waits for its verdict, and is then looked after like the others."""
    for upload in untold_uploads(runs, services):
        services.telemetry.log("upload was missed", run=upload.run, key=upload.key)
        untold.append(unborn(upload, "no event has told of this upload", services))


def _reconcile_run(run: RunId, services: Services) -> None:
    run_now = announce(find_run(run, services), services)
    stage = STAGES.get(run_now.state)
    if stage is None:
        _leave_no_job(run_now, services)
    elif run_now.undelivered == "preparing":
        accept_dataset(run_now.upload, services)
    else:
        _follow_job(run_now, stage, services)


def _follow_job(run: Run, stage: _Stage, services: Services) -> None:
    kind = JOB_KINDS[run.state]
    if not is_due(run, kind, services.clock.now()):
        return
    outcome = services.jobs.outcome(kind, run.job_name(kind, services.settings))
    if outcome is None or kind not in run.jobs:
        # Never created, or created by a function that ended before it could note the name.
        services.telemetry.log("job is asked for again", run=run.id, kind=kind)
        run = stage.create(run, services)
    if outcome and outcome.status:
        services.telemetry.log("event was missed", run=run.id, kind=kind)
        stage.finish(run, outcome.status, outcome.reason, services)


def _leave_no_job(run: Run, services: Services) -> None:
    """Stops what somebody created for the run while it was ended, and then died."""
    kind = run.employs
    if run.awaits or kind is None:
        return
    outcome = services.jobs.outcome(kind, run.job_name(kind, services.settings))
    if outcome and outcome.status is None:
        services.telemetry.log("job of an ended run is stopped", run=run.id, kind=kind)
        stop_job(run, services)
    if outcome and outcome.status and kind == "tuning":
        # Trials leave something when they are stopped, too, and the tuning's end may go unheard.
        let_trials_expire(run.id, services)
