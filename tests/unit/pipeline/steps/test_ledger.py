"""Two at one run: whoever comes second looks again and decides again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from pipeline.events import (
    EvaluationEnded,
    JobEnded,
    PreparationEnded,
    TrainingEnded,
    TuningEnded,
)
from pipeline.ports import Services
from pipeline.run import Run, State
from pipeline.steps.dataset import accept_dataset
from pipeline.steps.evaluation import finish_evaluation, start_evaluation
from pipeline.steps.preparation import finish_preparation
from pipeline.steps.stopping import stop_run
from pipeline.steps.training import start_training
from tests.fakes.services import FakeServices, fake_services
from tests.support.job_outputs import (
    leave_evaluation,
    leave_preparation,
    leave_training,
    leave_trials,
)
from tests.support.samples import dataset_zip, run_in, upload

Step = Callable[[JobEnded, Services], None]
STAGES: list[tuple[State, State, type[JobEnded], Step]] = [
    ("preparing", "tuning", PreparationEnded, finish_preparation),  # type: ignore[list-item]  # its event
    ("tuning", "training", TuningEnded, start_training),  # type: ignore[list-item]
    ("training", "evaluating", TrainingEnded, start_evaluation),  # type: ignore[list-item]
    ("evaluating", "serving", EvaluationEnded, finish_evaluation),  # type: ignore[list-item]
]


def with_everything_left(run: Run) -> FakeServices:
    services = fake_services(run)
    leave_preparation(services, run)
    leave_trials(services, run)
    leave_training(services, run)
    leave_evaluation(services, run)
    return services


@pytest.mark.parametrize(("state", "following", "ended", "step"), STAGES)
def test_an_end_told_twice_at_once_is_no_failure(
    state: State, following: State, ended: type[JobEnded], step: Step
) -> None:
    run = run_in(state)
    services = with_everything_left(run)
    told = partial(step, ended(run.id, "Completed"), services)
    services.runs.meanwhile(told)

    told()

    assert services.run(run).state == following
    assert [m.state for m in services.run(run).timeline].count(following) == 1


@pytest.mark.parametrize(("state", "following", "ended", "step"), STAGES[:-1])
def test_a_failure_told_twice_at_once_fails_once(
    state: State, following: State, ended: type[JobEnded], step: Step
) -> None:
    run = run_in(state)
    services = fake_services(run)
    told = partial(step, ended(run.id, "Failed", "out of memory"), services)
    services.runs.meanwhile(told)

    told()

    assert [m.state for m in services.run(run).timeline].count("failed") == 1
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is failed"]


@pytest.mark.parametrize(("state", "following", "ended", "step"), STAGES)
def test_a_run_stopped_while_its_end_is_looked_at_stays_stopped(
    state: State, following: State, ended: type[JobEnded], step: Step
) -> None:
    run = run_in(state)
    services = with_everything_left(run)
    services.runs.meanwhile(partial(stop_run, run.id, services))

    step(ended(run.id, "Completed"), services)

    assert services.run(run).state == "stopped"
    assert services.runs.champion() is None


def test_an_upload_told_twice_at_once_is_one_run() -> None:
    services = fake_services()
    body = dataset_zip()
    version = services.objects.put("datasets/dogs.zip", body)
    told = partial(accept_dataset, upload(version=version, size=len(body)), services)
    services.runs.meanwhile(told)

    told()

    [run] = services.runs.all()
    assert run.state == "preparing"
    assert services.jobs.names() == [f"kennel-test-preparation-{run.id}"]


def test_two_models_that_are_promoted_at_once_serve_one_after_the_other() -> None:
    first, second = run_in("evaluating"), run_in("evaluating", of=upload("datasets/cats.zip"))
    services = fake_services(first, second)
    for run in (first, second):
        leave_evaluation(services, run)
    services.runs.meanwhile(
        partial(finish_evaluation, EvaluationEnded(second.id, "Completed"), services)
    )

    finish_evaluation(EvaluationEnded(first.id, "Completed"), services)

    states = sorted(services.run(run).state for run in (first, second))
    assert states == ["serving", "superseded"]
    champion = services.runs.champion()
    assert champion
    assert champion.version == 2
