from __future__ import annotations

import pytest

from pipeline.events import TuningEnded
from pipeline.run import Run
from pipeline.steps.training import start_training
from tests.fakes.services import FakeServices, fake_services
from tests.support.job_outputs import BEST_VALUES, leave_trials
from tests.support.samples import run_in

RUN = run_in("tuning")
TUNING = f"kennel-test-tuning-{RUN.id}"


@pytest.fixture
def tuned() -> FakeServices:
    services = fake_services(RUN)
    leave_trials(services, RUN)
    start_training(TuningEnded(RUN.id, "Completed"), services)
    return services


def test_what_became_of_each_trial_is_kept(tuned: FakeServices) -> None:
    found = tuned.objects.json(f"runs/{RUN.id}/tuning/trials.json")

    trials = found.pop("trials")
    assert found == {
        "schema": "kennel.trials/1",
        "search": "tuning_job",
        "strategy": "bayesian",
        "objective": "validation loss",
        "best": f"{TUNING}-001",
    }
    assert [(trial["name"], trial["status"], trial["objective"]) for trial in trials] == [
        (f"{TUNING}-002", "Failed", None),
        (f"{TUNING}-003", "Stopped", 0.9),
        (f"{TUNING}-001", "Completed", 0.42),
    ]
    assert trials[-1]["values"] == {**BEST_VALUES, "eps": "0.00000001"}
    assert trials[-1]["epochs"] == [0.7, None, 0.42]
    assert trials[-1]["seconds"] == 12.5


def test_a_trial_that_left_nothing_or_was_cut_off_has_no_epochs(tuned: FakeServices) -> None:
    failed, stopped, _ = tuned.objects.json(f"runs/{RUN.id}/tuning/trials.json")["trials"]

    assert (failed["epochs"], stopped["epochs"]) == ([], [])
    assert failed["reason"] == "AlgorithmError: it broke"


def test_the_best_trial_s_head_lies_beside_the_records_and_does_not_expire(
    tuned: FakeServices,
) -> None:
    key = f"runs/{RUN.id}/tuning/model.tar.gz"

    assert tuned.objects.read(key) == b"the best head"
    assert key not in tuned.objects.tags


def test_a_best_trial_without_a_head_is_told_and_trained_with_all_the_same() -> None:
    services = fake_services(RUN)
    leave_trials(services, RUN)
    services.objects.destroy(f"runs/{RUN.id}/trials/{TUNING}-001/output/model.tar.gz")

    start_training(TuningEnded(RUN.id, "Completed"), services)

    assert services.run(RUN).state == "training"
    assert "the best trial has left no head" in services.telemetry.messages


def test_a_tuning_reported_twice_leaves_the_same_records(tuned: FakeServices) -> None:
    key = f"runs/{RUN.id}/tuning/trials.json"
    before = tuned.objects.read(key)

    start_training(TuningEnded(RUN.id, "Completed"), tuned)

    assert tuned.objects.read(key) == before
    assert isinstance(tuned.run(RUN), Run)
