"""Of the models that passed, the one whose data set was uploaded last serves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from pipeline.events import EvaluationEnded
from pipeline.run import Run
from pipeline.steps.evaluation import finish_evaluation
from tests.fakes.services import FakeServices, fake_services
from tests.fakes.surroundings import NOON
from tests.support.job_outputs import leave_evaluation
from tests.support.samples import run_in, upload


def evaluating(name: str, uploaded: datetime | None) -> Run:
    return run_in("evaluating", of=replace(upload(f"datasets/{name}.zip"), time=uploaded))


def evaluated(*runs: Run) -> FakeServices:
    services = fake_services(*runs)
    for run in runs:
        leave_evaluation(services, run)
    return services


def finish(run: Run, services: FakeServices) -> None:
    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)


def test_an_older_upload_that_ends_later_does_not_take_the_newer_one_s_place() -> None:
    older, newer = evaluating("old", NOON), evaluating("new", NOON + timedelta(hours=1))
    services = evaluated(older, newer)

    finish(newer, services)
    finish(older, services)

    declined = services.run(older)
    assert services.run(newer).state == "serving"
    assert declined.state == "declined"
    assert declined.reason == f"a newer upload serves: datasets/new.zip, run {newer.id}"
    assert declined.metrics["test_accuracy"] == 0.5
    assert services.notices.subjects[-1] == "Kennel: datasets/old.zip is declined"


def test_a_newer_upload_takes_the_older_one_s_place() -> None:
    older, newer = evaluating("old", NOON), evaluating("new", NOON + timedelta(hours=1))
    services = evaluated(older, newer)

    finish(older, services)
    finish(newer, services)

    assert (services.run(older).state, services.run(newer).state) == ("superseded", "serving")


def test_an_older_upload_that_meets_the_newer_one_s_promotion_is_declined() -> None:
    older, newer = evaluating("old", NOON), evaluating("new", NOON + timedelta(hours=1))
    services = evaluated(older, newer)
    services.runs.meanwhile(partial(finish, newer, services))

    finish(older, services)

    assert (services.run(older).state, services.run(newer).state) == ("declined", "serving")


def test_a_run_from_before_uploads_had_times_counts_from_its_beginning() -> None:
    older, newer = evaluating("old", None), evaluating("new", NOON + timedelta(hours=1))
    services = evaluated(older, newer)

    finish(newer, services)
    finish(older, services)

    assert services.run(older).state == "declined"
