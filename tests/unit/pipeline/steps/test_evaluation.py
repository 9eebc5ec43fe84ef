"""The test has ended: the model serves, or it does not and says why."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from pipeline.events import EvaluationEnded
from pipeline.images import Champion
from pipeline.names import RunId
from pipeline.run import Run
from pipeline.steps.evaluation import finish_evaluation
from tests.fakes.services import FakeServices, fake_services
from tests.support.batch_story import batch_in_flight, drop
from tests.support.job_outputs import leave_evaluation
from tests.support.samples import CHAMPION, PATH, SETTINGS, run_in, upload


def evaluated(run: Run, served: Any = None, **others: Any) -> FakeServices:
    services = fake_services(run, **others)
    leave_evaluation(services, run, served)
    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)
    return services


def test_a_model_that_serves_what_training_said_serves() -> None:
    run = run_in("evaluating")

    services = evaluated(run)

    serving = services.run(run)
    assert serving.state == "serving"
    assert serving.model
    assert (serving.model.version, serving.model.digest) == (1, "m" * 64)
    assert services.runs.champion() == Champion(
        run=run.id, version=1, model_name=f"kennel-test-model-{run.id}", digest="m" * 64
    )
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is serving"]
    assert services.telemetry.counts == {"RunsServing": 1}


def test_the_evaluation_is_measured_on_what_was_served() -> None:
    run = run_in("evaluating", metrics={"validation_loss": 0.4})

    services = evaluated(run)

    metrics = services.run(run).metrics
    assert metrics["validation_loss"] == 0.4
    assert metrics["test_accuracy"] == 0.5
    assert metrics["test_loss"] == pytest.approx(-(math.log(0.9) + math.log(0.2)) / 2)
    document = services.objects.json(f"runs/{run.id}/evaluation.json")
    assert document["confusion"]["matrix"] == [[1, 0], [1, 0]]
    assert document["parity"]["passed"] is True


def test_the_model_before_is_superseded() -> None:
    former = run_in("serving", of=upload("datasets/former.zip"), id=RunId("championrn"))
    run = run_in("evaluating")
    services = fake_services(run, former, champion=CHAMPION)
    leave_evaluation(services, run)

    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)

    assert services.run(former).state == "superseded"
    champion = services.runs.champion()
    assert champion
    assert (champion.run, champion.version) == (run.id, 4)


def test_images_that_waited_for_a_model_are_predicted_when_one_serves() -> None:
    run = run_in("evaluating")
    services = fake_services(run)
    leave_evaluation(services, run)
    drop(services, "images/rex.jpg")

    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)

    batch = batch_in_flight(services)
    assert services.jobs.names() == [f"kennel-test-batch-{batch}"]


def test_an_evaluation_reported_twice_promotes_once() -> None:
    run = run_in("evaluating")
    services = evaluated(run)

    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)

    champion = services.runs.champion()
    assert champion
    assert champion.version == 1
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is serving"]


def test_a_promotion_that_was_not_told_before_a_crash_is_told_now() -> None:
    run = run_in("serving", told=len(PATH) - 1)
    services = fake_services(run, champion=CHAMPION)

    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)

    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is serving"]


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped"])
@pytest.mark.parametrize("state", ["superseded", "declined", "stopped", "failed", "training"])
def test_an_evaluation_reported_late_changes_nothing(state: str, status: str) -> None:
    run = run_in(state)  # type: ignore[arg-type]  # a state, as listed above
    services = fake_services(run, champion=CHAMPION)

    finish_evaluation(EvaluationEnded(run.id, status), services)  # type: ignore[arg-type]

    assert services.run(run) == run
    assert services.runs.champion() == CHAMPION


def test_a_model_that_serves_other_probabilities_is_declined_with_the_difference() -> None:
    run = run_in("evaluating")

    services = evaluated(run, {"00000.jpg": [0.6, 0.4], "00001.jpg": [0.8, 0.2]})

    declined = services.run(run)
    assert declined.state == "declined"
    assert declined.reason == (
        "1 of 2 test images are predicted differently through the serving path than in training "
        "(largest difference in probability 0.300, allowed 0.02), the first is 00000.jpg"
    )
    assert services.runs.champion() is None
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is declined"]
    assert services.telemetry.counts == {"RunsDeclined": 1}
    assert services.objects.json(f"runs/{run.id}/evaluation.json")["parity"]["passed"] is False


def test_a_declined_model_is_declined_once() -> None:
    run = run_in("evaluating")
    services = evaluated(run, {"00000.jpg": [0.6, 0.4], "00001.jpg": [0.8, 0.2]})

    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)

    assert len(services.notices.published) == 1


@pytest.mark.parametrize(
    ("served", "sentence"),
    [
        (
            {"00000.jpg": [0.9, 0.1], "00001.jpg": None},
            "1 test images have no prediction, the first is 00001.jpg (these bytes are no image)",
        ),
        ({"00000.jpg": [0.9, 0.1], "00001.jpg": [1.0]}, "the first is 00001.jpg"),
        ({"00000.jpg": [0.9, 0.1], "00001.jpg": [0.8, 0.1, 0.1]}, "the first is 00001.jpg"),
        ({"00000.jpg": [math.nan, 0.1], "00001.jpg": [0.8, 0.2]}, "the first is 00000.jpg"),
    ],
)
def test_a_model_with_missing_or_strange_answers_is_declined(served: Any, sentence: str) -> None:
    run = run_in("evaluating")

    services = evaluated(run, served)

    assert services.run(run).state == "declined"
    assert sentence in (services.run(run).reason or "")


def test_a_redriven_evaluation_may_be_declined_too() -> None:
    run = run_in("evaluating")
    services = fake_services(run)
    lost = run.fail_undelivered(reason="lost", at=services.clock.now())
    assert lost
    services.runs.save(lost, replacing=run)
    leave_evaluation(services, run, {"00000.jpg": [0.1, 0.9]})

    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)

    assert services.run(run).state == "declined"
    assert services.notices.subjects[-1:] == ["Kennel: datasets/dogs.zip is declined"]


def test_a_test_that_could_read_nothing_fails_the_run() -> None:
    run = run_in("evaluating")

    services = evaluated(run, {"00000.jpg": None, "00001.jpg": None})

    assert services.run(run).state == "failed"
    assert services.run(run).reason == (
        f"kennel-test-evaluation-{run.id} has completed without a single prediction"
    )


def test_a_failed_test_fails_the_run_with_the_job_s_reason() -> None:
    run = run_in("evaluating")
    services = fake_services(run, settings=replace(SETTINGS, job_attempts=1))

    finish_evaluation(EvaluationEnded(run.id, "Failed", "bad image"), services)

    assert services.run(run).reason == f"kennel-test-evaluation-{run.id} failed: bad image"
    assert services.notices.subjects == ["Kennel: datasets/dogs.zip is failed"]
