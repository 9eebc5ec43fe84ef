"""The report's sections on what the recorder, the rules and the search have left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.datasets import split_dataset
from tests.support.pages import Page
from tests.support.recorded_training import recorded
from tests.support.searches import Searched
from tests.support.training_jobs import Job, hyperparameters
from training_code.recorder.rows import StepRow, SystemRow
from training_code.recorder.settings import RecorderSettings
from training_code.report.advice import REMEDIES
from training_code.report.charts import Line, lines_chart
from training_code.report.importance import importances
from training_code.report.material import Document
from training_code.report.step_time import step_seconds, waiting_share
from training_code.rules.choice import choose
from training_code.rules.registry import RULES
from training_code.rules.watcher import Watcher
from training_code.train import run_training

TRIALS = 7


def search(job: Job) -> None:
    Searched(job.folder / "search").run(job.folder / "features", trials=str(TRIALS))


def record(data: Path) -> None:
    """A small training with its machine, looked at by the rules."""
    rows = recorded(data, RecorderSettings(system_ms=10, trace=0), steps=40)
    watcher = Watcher(choose("default"), data, print)
    of_all: list[StepRow | SystemRow] = [*rows.rows(StepRow), *rows.rows(SystemRow)]
    for row in sorted(of_all, key=lambda row: row.time):
        watcher.take(row)
    watcher.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    job = Job(tmp_path_factory.mktemp("full")).prepare(split_dataset())
    search(job)
    folders = job.training()
    record(folders.output_data)
    channels = {**folders.channels, "search": job.folder / "search"}
    run_training(hyperparameters(), replace(folders, channels=channels))
    return Page((folders.output_data / "report.html").read_text(encoding="utf-8"))


def test_a_search_is_shown_with_each_of_its_trials(page: Page) -> None:
    shown = page.sections["search"]

    assert shown.count("trial-00") == TRIALS
    assert "validation loss" in shown
    assert "best so far" in shown
    assert "Over the default values the search gained" in shown


def test_the_machine_the_steps_and_the_rules_are_shown(page: Page) -> None:
    assert "waiting for disks" in page.sections["use"]
    assert "forward, ms" in page.sections["steps"]
    assert "StalledTraining" in page.sections["rules"]
    assert not any("was off" in text for text in page.sections.values())


def test_each_rule_has_its_remedy() -> None:
    assert REMEDIES.keys() == RULES.keys()


def test_the_wait_for_images_is_a_share_of_the_training_step(tmp_path: Path) -> None:
    rows = recorded(tmp_path).rows(StepRow)

    seconds = step_seconds(rows)

    assert list(seconds) == ["training", "validation"]
    steady = rows[1:5]  # the first step of an epoch waits for what others find ready
    assert seconds["training"]["data"] == pytest.approx(sum(r.seconds.data for r in steady) / 4)
    assert 0 <= waiting_share(seconds) < 1


def test_what_the_objective_follows_is_what_mattered() -> None:
    """Best in the middle of lr's range; the batch size is of no account."""
    trials: list[Document] = [
        {"objective": (number - 5) ** 2, "values": {"lr": str(10.0**-number), "batch": number % 2}}
        for number in range(11)
    ]

    shares = importances(trials)

    assert shares["lr"] > 0.9
    assert shares["batch"] < 0.1
    assert importances(trials[:5]) == {}


def test_a_chart_takes_its_colours_from_the_page_and_nothing_from_elsewhere() -> None:
    drawn = lines_chart("Loss", [Line("<b>$x$", [1, 2], [3, 4])], x="epoch", y="loss", salt="s")

    assert "var(--c1)" in drawn
    assert "&lt;b&gt;$x$" in drawn
    assert "http" not in drawn
