"""A run's progress as lines of a log, and as one screen. Pure: no clock, no network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from cli.follow_view import epoch_line, happenings, outcome, view
from cli.run_progress import Epoch, Progress
from cli.trials import Trial
from cli.trials_view import trial_line
from cli.values import short
from pipeline.run import QuotaWait, Run
from pipeline.run_settings import RunSettings
from tests.support.run_views import MINUTE, TEN, ended_in, run_at, status_of

NOW = datetime(2026, 11, 20, 10, 5, tzinfo=UTC)
WAIT = QuotaWait(TEN + 2 * MINUTE, "limit is 0 Instances")
VALUES = {"lr": "0.0123456", "batch-size": '"64"', "hidden-units": "0"}


def trial(number: int, status: str = "Completed", loss: float | None = 0.5) -> Trial:
    return Trial(number=number, status=status, loss=loss, hyperparameters=VALUES)


def epoch(number: int, valid_loss: float | None = 0.7) -> Epoch:
    accuracy = None if valid_loss is None else 0.8
    return Epoch(
        number=number,
        train_loss=0.9,
        train_accuracy=0.75,
        valid_loss=valid_loss,
        valid_accuracy=accuracy,
    )


def screen(progress: Progress) -> str:
    console = Console(file=StringIO(), width=120, force_terminal=True, color_system=None)
    console.print(view(progress, NOW, console))
    printed: str = console.file.getvalue()  # type: ignore[attr-defined] # it is a StringIO
    return printed


def lines_of(before: Run, now: Run) -> list[str]:
    return list(happenings(Progress(run=status_of(before)), Progress(run=status_of(now))))


def test_the_first_look_tells_all_that_is_known() -> None:
    lines = list(happenings(None, Progress(run=status_of(run_at("tuning")))))

    assert lines == [
        "preparing (since 10:00:00 UTC)",
        "tuning (since 10:01:00 UTC)",
        "2 classes, 64 train, 8 valid, 8 test",
    ]


def test_what_was_told_is_not_told_again() -> None:
    run = status_of(run_at("training", quota_wait=WAIT))
    progress = Progress(run=run, trials=(trial(1),), epochs=(epoch(1),))

    assert list(happenings(progress, progress)) == []


def test_a_trial_is_told_when_it_has_ended_of_those_that_were_asked_for() -> None:
    run = status_of(run_at("tuning", settings=RunSettings(tuning_jobs=20)))
    before = Progress(run=run, trials=(trial(1, "InProgress"), trial(2)))
    now = replace(before, trials=(trial(1), trial(2), trial(3, "InProgress")))

    assert list(happenings(before, now)) == [trial_line(trial(1), 20)]


def test_an_epoch_is_told_when_it_is_validated() -> None:
    before = Progress(run=status_of(run_at("training")), epochs=(epoch(1), epoch(2, None)))
    now = replace(before, epochs=(epoch(1), epoch(2)))

    assert list(happenings(before, now)) == [epoch_line(epoch(2))]


def test_the_end_is_told_once_with_the_accuracy() -> None:
    serving = run_at("serving", metrics={"test_accuracy": 0.875})

    assert lines_of(run_at("evaluating"), serving) == [
        "run abcdefghij is serving: test accuracy 87.5 %",
    ]
    assert lines_of(serving, serving) == []


def test_a_run_that_waits_for_a_quota_says_so() -> None:
    assert lines_of(run_at("tuning"), run_at("tuning", quota_wait=WAIT)) == [
        "waits since 2026-11-20 10:02 UTC, as SageMaker does not take its job: limit is 0 Instances"
    ]


def test_a_wait_that_is_over_is_told_unless_the_run_has_ended_with_it() -> None:
    waits = run_at("tuning", quota_wait=WAIT)
    failed = ended_in("tuning", "failed", "refused for 24 h")

    assert lines_of(waits, run_at("tuning")) == ["SageMaker has taken the job"]
    assert lines_of(waits, failed) == []


def test_the_outcome_names_the_reason() -> None:
    failed = status_of(ended_in("training", "failed", "no memory."))

    assert outcome(failed) == "run abcdefghij is failed: no memory"


def test_a_trial_line_has_short_values_in_a_fixed_order() -> None:
    assert trial_line(trial(2), 4) == (
        "trial 2 of 4 completed: loss 0.5000 lr=0.0123 batch-size=64 hidden-units=0"
    )


@pytest.mark.parametrize(
    ("value", "shown"), [("0.000123456", "0.000123"), ("64", "64"), ('"auto"', "auto"), ("", "")]
)
def test_values_are_shortened(value: str, shown: str) -> None:
    assert short(value) == shown


def test_the_screen_shows_past_present_and_future_stages() -> None:
    trials = (trial(1), trial(2, "InProgress"))

    lines = screen(Progress(run=status_of(run_at("tuning")), trials=trials)).splitlines()

    assert lines[0].rstrip() == "run abcdefghij  datasets/dogs.zip  5 min 00 s"
    assert lines[1].rstrip() == ("  ✔ preparing  1 min 00 s  2 classes, 64 train, 8 valid, 8 test")
    assert lines[2].rstrip().endswith("  1 of 2 trials, best loss 0.5000, 4 min 00 s left")
    assert [line.rstrip() for line in lines[-2:]] == ["  · training", "  · evaluating"]


def test_the_screen_shows_what_the_stage_at_work_waits_for() -> None:
    text = screen(Progress(run=status_of(run_at("training", quota_wait=WAIT))))

    [line] = [line for line in text.splitlines() if "training" in line]
    assert (
        "waits since 2026-11-20 10:02 UTC, as SageMaker does not take its job: limit is 0" in line
    )


def test_the_screen_of_a_failed_run_marks_the_stage() -> None:
    text = screen(Progress(run=status_of(ended_in("tuning", "failed", "no memory"))))

    assert "✘ tuning" in text
    assert "· training" not in text
    assert "no memory" not in text  # the command ends with it


def test_the_screen_shows_the_best_trials_and_those_at_work() -> None:
    losses = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    trials = [trial(number, loss=loss) for number, loss in enumerate(losses, start=1)]
    run = status_of(run_at("tuning"))

    text = screen(Progress(run=run, trials=(*trials, trial(8, "InProgress", None))))

    assert ["0.9000" in text, "0.3000" in text, "in progress" in text] == [False, True, True]


def test_the_screen_shows_the_last_epochs() -> None:
    epochs = tuple(epoch(number, 0.1 * number) for number in range(1, 12))

    text = screen(Progress(run=status_of(run_at("training")), epochs=epochs))

    assert ["0.3000" in text, "0.4000" in text, "1.1000" in text] == [False, True, True]
