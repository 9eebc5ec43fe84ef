"""`kennel runs report --open` and `kennel runs compare`: reports in a browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pipeline.events import EvaluationEnded
from pipeline.names import RunId
from pipeline.steps.evaluation import finish_evaluation
from tests.fakes.services import fake_services
from tests.support.cli_service import BUCKET, Kennel, Service
from tests.support.job_outputs import leave_evaluation
from tests.support.pages import Page
from tests.support.run_views import answer_of, run_at
from tests.support.samples import run_in
from tests.support.waiting import eventually

RUNS = ("abcdefghij", "abcdefghik")


def report_of(name: str) -> bytes:
    """What the pipeline writes when the run's model is judged."""
    run = run_in("evaluating", id=RunId(name))
    services = fake_services(run)
    leave_evaluation(services, run)
    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)
    return services.objects.read(f"runs/{name}/report.html")


@pytest.fixture
def reported(s3: Any, deployed: Service) -> Service:
    for name in RUNS:
        s3.put_object(Bucket=BUCKET, Key=f"runs/{name}/report.html", Body=report_of(name))
        deployed.answers[f"GET /runs/{name}"] = answer_of(run_at("evaluating", run=name))
    return deployed


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a browser of the test's own notes what it was to show."""
    note = tmp_path / "opened"
    browser = tmp_path / "bin" / "xdg-open"
    browser.parent.mkdir()
    browser.write_text(f'#!/bin/sh\necho "$1" > {note}.part && mv {note}.part {note}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", f"{browser.parent}{os.pathsep}{os.environ['PATH']}")
    return note


def test_a_report_is_opened_as_it_lies_in_the_bucket(
    kennel: Kennel, reported: Service, opened: Path
) -> None:
    result = kennel("runs", "report", RUNS[0], "--open")

    shown = eventually(lambda: opened.read_text() if opened.exists() else "", bool).strip()
    assert shown == result.stdout.strip()
    assert Path(shown).read_bytes() == report_of(RUNS[0])


def test_two_reports_stand_beside_each_other_section_by_section(
    kennel: Kennel, reported: Service, tmp_path: Path
) -> None:
    result = kennel("runs", "compare", *RUNS, "--to", str(tmp_path / "both.html"))

    assert result.exit_code == 0, result.stderr
    html = (tmp_path / "both.html").read_text()
    page = Page(html)
    assert list(page.sections) == [
        f"{name}{place}" for name in ("top", "serving", "jobs", "settings") for place in ("", "-2")
    ]
    assert len(page.ids) == len(set(page.ids))
    assert html.count("<!DOCTYPE html>") == html.count("<title>") == 1
    assert f"runs {RUNS[0]} and {RUNS[1]}" in html


def test_a_run_is_not_compared_with_itself(kennel: Kennel, reported: Service) -> None:
    result = kennel("runs", "compare", RUNS[0], RUNS[0])

    assert result.exit_code == 1
    assert "is one run" in result.stderr


def test_a_run_without_a_report_is_told_so(kennel: Kennel, s3: Any, deployed: Service) -> None:
    deployed.answers[f"GET /runs/{RUNS[0]}"] = answer_of(run_at("training"))

    result = kennel("runs", "report", RUNS[0], "--open")

    assert result.exit_code == 1
    assert f"s3://{BUCKET}/runs/{RUNS[0]}/report.html does not exist (yet)" in result.stderr
