"""A run's progress as lines of a log, and as one screen. Pure: no clock, no network."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from cli.follow_view import epoch_line, happenings, outcome, short, trial_line, view
from cli.run_progress import Epoch, Progress, Trial
from cli.run_status import RunStatus, parse_run

RunJson = Callable[..., dict[str, Any]]
NOW = datetime(2026, 11, 20, 10, 5, tzinfo=UTC)
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


@pytest.fixture
def run(run_json: RunJson) -> Callable[..., RunStatus]:
    return lambda *states, **changes: parse_run(run_json(*states, **changes))


def screen(progress: Progress) -> str:
    console = Console(file=StringIO(), width=120, force_terminal=True, color_system=None)
    console.print(view(progress, NOW, console))
    printed: str = console.file.getvalue()  # type: ignore[attr-defined] # it is a StringIO
    return printed


def test_the_first_look_tells_all_that_is_known(run: Any) -> None:
    lines = list(happenings(None, Progress(run=run("preparing", "tuning"))))

    assert lines == [
        "preparing (since 10:00:00 UTC)",
        "tuning (since 10:01:00 UTC)",
        "2 classes, 64 train, 8 valid, 8 test",
    ]


def test_what_was_told_is_not_told_again(run: Any) -> None:
    progress = Progress(run=run("preparing"), trials=(trial(1),), epochs=(epoch(1),))

    assert list(happenings(progress, progress)) == []


def test_a_trial_is_told_when_it_has_ended(run: Any) -> None:
    before = Progress(run=run("tuning"), trials=(trial(1, "InProgress"), trial(2)))
    now = replace(before, trials=(trial(1), trial(2), trial(3, "InProgress")))

    assert list(happenings(before, now)) == [trial_line(trial(1), 3)]


def test_an_epoch_is_told_when_it_is_validated(run: Any) -> None:
    before = Progress(run=run("training"), epochs=(epoch(1), epoch(2, None)))
    now = replace(before, epochs=(epoch(1), epoch(2)))

    assert list(happenings(before, now)) == [epoch_line(epoch(2))]


def test_the_end_is_told_once_with_the_accuracy(run: Any) -> None:
    before = Progress(run=run("evaluating"))
    now = Progress(run=run("evaluating", "serving", metrics={"test_accuracy": 0.875}))

    assert list(happenings(before, now)) == [
        "run abcdefghij is serving: test accuracy 87.5 %",
    ]
    assert list(happenings(now, now)) == []


def test_a_run_that_waits_for_a_quota_says_so(run: Any) -> None:
    before, now = run("tuning"), run("tuning", reason="no instance is free")

    assert list(happenings(Progress(run=before), Progress(run=now))) == [
        "waiting: no instance is free"
    ]


def test_the_outcome_names_the_reason(run: Any) -> None:
    failed = run("training", "failed", reason="no memory")

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


def test_the_screen_shows_past_present_and_future_stages(run: Any) -> None:
    progress = Progress(run=run("preparing", "tuning"), trials=(trial(1), trial(2, "InProgress")))

    lines = [line.rstrip() for line in screen(progress).splitlines()]

    assert lines[0] == "run abcdefghij  datasets/dogs.zip  5 min 00 s"
    assert lines[1] == "  ✔ preparing  1 min 00 s  2 classes, 64 train, 8 valid, 8 test"
    assert lines[2].endswith("tuning     4 min 00 s  1 of 2 trials, best loss 0.5000")
    assert lines[-2:] == ["  · training", "  · evaluating"]


def test_the_screen_of_a_failed_run_marks_the_stage(run: Any) -> None:
    text = screen(Progress(run=run("preparing", "tuning", "failed", reason="no memory")))

    assert "✘ tuning" in text
    assert "· training" not in text
    assert text.rstrip().endswith("run abcdefghij is failed: no memory")


def test_the_screen_shows_the_best_trials_and_those_at_work(run: Any) -> None:
    losses = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    trials = [trial(number, loss=loss) for number, loss in enumerate(losses, start=1)]
    progress = Progress(run=run("tuning"), trials=(*trials, trial(8, "InProgress", None)))

    text = screen(progress)

    assert ["0.9000" in text, "0.3000" in text, "in progress" in text] == [False, True, True]


def test_the_screen_shows_the_last_epochs(run: Any) -> None:
    epochs = tuple(epoch(number, 0.1 * number) for number in range(1, 12))

    text = screen(Progress(run=run("training"), epochs=epochs))

    assert ["0.3000" in text, "0.4000" in text, "1.1000" in text] == [False, True, True]
