"""The watcher: asks while the training runs, tells once, ends the loop, and leaves the verdicts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from training_code.recorder.rows import Phase
from training_code.rules.choice import Chosen, choose
from training_code.rules.history import History
from training_code.rules.rule import Verdict
from training_code.rules.watcher import Watcher

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def replayed(training: History, rules: list[Chosen], folder: Path) -> tuple[list[str], list[int]]:
    """What is printed, and which epochs are trained, as the loops ask for them."""
    printed: list[str] = []
    watcher = Watcher(rules, folder, printed.append, now=lambda: NOON)
    assert training.counts is not None
    watcher.know(training.counts)
    phases: tuple[Phase, ...] = ("train", "valid")
    trained = []
    for epoch in watcher.epochs(range(1, training.ended + 1)):
        trained.append(epoch)
        for phase in phases:
            rows = [row for row in training.steps[phase] if row.epoch == epoch]
            for row in watcher.going_on(rows):
                watcher.take(row)
    watcher.close()
    return printed, trained


def statuses(folder: Path) -> dict[str, Any]:
    document = json.loads((folder / "rules.json").read_text())
    assert document["schema"] == "kennel.rules/1"
    return {one["RuleConfigurationName"]: one for one in document["statuses"]}


def test_a_finding_is_told_once_and_left_with_its_step_and_numbers(
    rote: History, tmp_path: Path
) -> None:
    printed, trained = replayed(rote, choose("default"), tmp_path)

    (line,) = (one for one in printed if one.startswith("rule Overfit "))
    status = statuses(tmp_path)["Overfit"]
    assert line == f"rule Overfit step={status['step']} : {status['StatusDetails']}"
    assert status["RuleEvaluationStatus"] == "IssuesFound"
    assert status["LastModifiedTime"] == "2026-11-20T12:00:00Z"
    assert status["numbers"]["ratio"] > 0.1
    assert not status["stopped_job"]
    assert len(trained) == rote.ended


def test_a_rule_that_may_ends_the_job_after_the_epoch_that_shows_it(
    rote: History, tmp_path: Path
) -> None:
    printed, trained = replayed(rote, choose('{"Overfit": {"stop": true}}'), tmp_path)

    assert len(printed) == 1
    assert printed[0].endswith("; the job ends with its best epoch")
    assert statuses(tmp_path)["Overfit"]["stopped_job"]
    assert len(trained) < rote.ended
    assert statuses(tmp_path)["Overfit"]["step"] == 4 * len(trained)


def test_a_loss_that_is_no_number_ends_the_job_at_once(wild: History, tmp_path: Path) -> None:
    _, trained = replayed(wild, choose('{"ExplodingTensor": {"stop": true}}'), tmp_path)

    lost = next(row for row in wild.steps["train"] if row.loss != row.loss)
    assert trained == [lost.epoch]
    assert statuses(tmp_path)["ExplodingTensor"]["step"] == lost.step


def test_every_rule_that_watches_has_a_verdict(well: History, tmp_path: Path) -> None:
    printed, _ = replayed(well, choose("default"), tmp_path)

    found = statuses(tmp_path)
    assert list(found) == [one.name for one in choose("default")]
    assert {one["RuleEvaluationStatus"] for one in found.values()} == {
        "NoIssuesFound",
        "NotEvaluated",
    }
    assert found["LowGPUUtilization"]["RuleEvaluationStatus"] == "NotEvaluated"
    assert printed == []


def test_without_rules_nothing_is_left(well: History, tmp_path: Path) -> None:
    assert replayed(well, choose("off"), tmp_path) == ([], [1, 2, 3, 4])
    assert not (tmp_path / "rules.json").exists()


@dataclass(frozen=True)
class Broken:
    """A rule with a bug."""

    def judge(self, seen: History) -> Verdict | None:
        raise ZeroDivisionError(f"of {seen.step}")


def test_a_rule_that_cannot_judge_does_not_end_the_training(well: History, tmp_path: Path) -> None:
    printed, trained = replayed(well, [Chosen(Broken(), stops=True)], tmp_path)

    assert statuses(tmp_path)["Broken"]["RuleEvaluationStatus"] == "Error"
    assert printed == ["rule Broken step=12 : ZeroDivisionError: of 12"]
    assert len(trained) == well.ended


def test_rows_about_the_machine_come_from_a_thread_of_their_own(
    well: History, tmp_path: Path
) -> None:
    watcher = Watcher(choose("default"), tmp_path, print)

    for row in well.system:
        watcher.take(row)
    watcher.close()

    usage = statuses(tmp_path)["OverallSystemUsage"]
    assert usage["numbers"]["cpu_p50"] == pytest.approx(well.system[-1].cpu, abs=0.01)
