"""How far a job is, from what it prints, and how long the rest will take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.follow_view import happenings, pace_line
from cli.job_logs import LogLine
from cli.pace import Pace, pace_of
from cli.run_progress import Progress, parse_findings
from tests.support.datasets import split_dataset
from tests.support.run_views import run_at, status_of
from tests.support.training_jobs import Job

BEGAN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def logged(*texts: str, every: float = 1.0) -> list[LogLine]:
    """A line each so many seconds."""
    return [
        LogLine(BEGAN + timedelta(seconds=every * place), "job/algo-1", text)
        for place, text in enumerate(texts)
    ]


def pace(*texts: str, every: float = 1.0) -> Pace:
    found = pace_of(logged(*texts, every=every))
    assert found is not None
    return found


def test_what_the_preparation_prints_tells_how_far_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Job(tmp_path).prepare(split_dataset())

    found = pace(*capsys.readouterr().out.splitlines())

    assert (found.work, found.done, found.total, found.unit) == ("prepare", 32, 32, "images")


def test_the_rest_takes_as_long_as_the_work_until_now_would_have_it() -> None:
    found = pace("prepare 16/100 images", "prepare 40/100 images", every=12)

    assert found.seconds_left(found.at) == pytest.approx(60 * 12 / 24)
    assert found.seconds_left(found.at + timedelta(seconds=20)) == pytest.approx(10)


def test_one_line_or_one_second_is_no_pace() -> None:
    assert pace("prepare 16/100 images").seconds_left(BEGAN) is None
    assert pace("prepare 16/100 images", "prepare 32/100 images").seconds_left(BEGAN) is None


def test_other_work_and_a_job_begun_again_are_counted_anew() -> None:
    texts = ("prepare 90/100 images", "prepare 16/100 images", "nothing", "prepare 20/100 images")

    assert (pace(*texts).first, pace(*texts).done) == (16, 20)
    assert pace(*texts, "train 1/9 batches").work == "train"


def test_a_log_tells_each_tenth_of_the_work_and_each_warning_once() -> None:
    run = status_of(run_at("preparing"))
    looks = [Progress(run=run, pace=pace(f"prepare {n}/100 images")) for n in (1, 5, 12, 19, 20)]
    told = [
        line
        for before, now in zip([None, *looks], looks, strict=False)
        for line in happenings(before, now)
    ]

    assert [line for line in told if line.startswith("prepare ")] == [
        "prepare 1 of 100 images",
        "prepare 12 of 100 images",
        "prepare 20 of 100 images",
    ]


def test_a_line_says_what_is_left() -> None:
    found = pace("train 10/200 batches", "train 100/200 batches", every=45)

    assert pace_line(found, found.seconds_left(found.at)) == ("train 100 of 200 batches, 50 s left")


def test_a_rule_s_finding_is_told_once() -> None:
    lines = [
        "rule Overfit step=40: the losses part",
        "valid epoch=1",
        "rule Overfit step=40: the losses part",
    ]

    assert parse_findings(lines) == ("Overfit step=40: the losses part",)
