"""A run whose preparation searches, as it is followed."""

from __future__ import annotations

from io import StringIO
from typing import Any

from rich.console import Console

from cli import clients
from cli.follow_view import happenings, view
from cli.run_progress import Progress, ProgressReader
from cli.runs_api import RunsApi
from cli.trials import trials_told
from pipeline.run import Run, State
from pipeline.run_settings import RunSettings
from tests.support.cli_service import Service
from tests.support.run_views import TEN, answer_of, run_at, status_of

LOGS = "/aws/sagemaker/ProcessingJobs"
LINES = (
    "prepare 8/8 images",
    "trial 1 of 3 begins: lr=0.01 batch-size=32",
    "trial 2 of 3 begins: lr=0.1 batch-size=64",
    "trial 1 of 3 completed: loss=0.250000 epochs=3 seconds=1.0",
    "search 1/3 trials",
    "trial 3 of 3 begins: lr=0.2 batch-size=64",
    "trial 2 of 3 failed: the loss is no number with lr=0.1: take a smaller one",
    "search 2/3 trials",
)


def searching(state: State) -> Run:
    settings = RunSettings(search="in_job", tuning_jobs=3, epochs=1)
    jobs = {"preparation": "kennel-test-preparation-abcdefghij"}
    return run_at(state, settings=settings, jobs=jobs)


def test_its_trials_are_read_from_the_preparation_s_log() -> None:
    first, second, third = trials_told(LINES)

    assert (first.status, first.loss, first.is_working) == ("Completed", 0.25, False)
    assert (second.status, second.loss) == ("Failed", None)
    assert (third.status, third.loss, third.is_working) == ("InProgress", None, True)
    assert third.hyperparameters == {"lr": "0.2", "batch-size": "64"}


def test_trials_are_told_as_they_end(deployed: Service, job_log: Any) -> None:
    job_log(LOGS, "kennel-test-preparation-abcdefghij/algo-1-1", *LINES)
    deployed.answers["GET /runs/abcdefghij"] = answer_of(searching("preparing"))
    reader = ProgressReader(
        RunsApi(deployed.url, clients.session()), clients.sagemaker(), clients.logs()
    )

    progress = reader.read("abcdefghij")

    assert "search 2 of 3 trials" in list(happenings(None, progress))
    assert list(happenings(None, progress))[-2:] == [
        "trial 1 of 3 completed: loss 0.2500 lr=0.01 batch-size=32",
        "trial 2 of 3 failed: no loss lr=0.1 batch-size=64",
    ]


def test_the_screen_shows_them_below_the_preparation_and_no_tuning() -> None:
    console = Console(file=StringIO(), width=120, force_terminal=True, color_system=None)
    progress = Progress(run=status_of(searching("preparing")), trials=trials_told(LINES))

    console.print(view(progress, TEN, console))

    printed: str = console.file.getvalue()  # type: ignore[attr-defined] # it is a StringIO
    lines = printed.splitlines()
    assert [
        words[1] for line in lines if (words := line.split())[1:2] and words[0] == "\u00b7"
    ] == [
        "training",
        "evaluating",
    ]
    assert "tuning" not in printed
    assert any("0.2500" in line and "completed" in line for line in lines)
