"""What the rules of a training have found, from their verdicts to whoever is told of the run."""

from __future__ import annotations

from pathlib import Path

from pipeline.events import EvaluationEnded, TrainingEnded
from pipeline.steps.evaluation import finish_evaluation, start_evaluation
from tests.fakes.services import fake_services
from tests.support.job_outputs import leave_evaluation, leave_training
from tests.support.samples import run_in
from training_code.recorder.rows import StepRow, StepSeconds
from training_code.rules.choice import choose
from training_code.rules.watcher import Watcher


def verdicts_of_a_rising_loss(folder: Path) -> bytes:
    watcher = Watcher(choose('{"LossNotDecreasing": {"stop": true}, "Overfit": {}}'), folder, print)
    for step in range(1, 21):
        row = StepRow(
            step=step,
            epoch=1,
            phase="train",
            time=0.0,
            loss=float(step),
            lr=(),
            images=1,
            seconds=StepSeconds(),
        )
        watcher.take(row)
    watcher.close()
    return (folder / "rules.json").read_bytes()


def test_a_run_carries_what_the_rules_found(tmp_path: Path) -> None:
    run = run_in("training")
    services = fake_services(run)
    verdicts = {"rules.json": verdicts_of_a_rising_loss(tmp_path)}
    leave_training(services, run, verdicts)

    start_evaluation(TrainingEnded(run.id, "Completed"), services)

    (found,) = services.run(run).findings
    assert (found.rule, found.step, found.stopped_job) == ("LossNotDecreasing", 20, True)
    assert found.details.startswith("the training loss rose by 181.82 % over 10 steps")
    assert services.objects.exists(f"runs/{run.id}/training/rules.json")


def test_the_notice_names_the_rules_that_found_something(tmp_path: Path) -> None:
    run = run_in("training")
    services = fake_services(run)
    verdicts = {"rules.json": verdicts_of_a_rising_loss(tmp_path)}
    leave_training(services, run, verdicts)
    start_evaluation(TrainingEnded(run.id, "Completed"), services)
    leave_evaluation(services, services.run(run))

    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)

    _, notice = services.notices.published[-1]
    (found,) = notice["findings"]
    assert found.startswith("LossNotDecreasing (ended the training): the training loss rose")


def test_verdicts_that_nobody_can_read_fail_the_training_that_left_them() -> None:
    run = run_in("training")
    services = fake_services(run)
    leave_training(services, run, {"rules.json": b"{}"})

    start_evaluation(TrainingEnded(run.id, "Completed"), services)

    failed = services.run(run)
    assert failed.state == "failed"
    assert "cannot be read (rules.json lacks 'statuses')" in str(failed.reason)
