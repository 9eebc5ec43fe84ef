"""The report of a run: the training's page, completed when its model is judged."""

from __future__ import annotations

import json
from dataclasses import replace

from pipeline.events import EvaluationEnded
from pipeline.names import TRIALS, run_key
from pipeline.run import Run
from pipeline.steps.evaluation import finish_evaluation
from tests.fakes.services import FakeServices, fake_services
from tests.support.job_outputs import leave_evaluation
from tests.support.pages import Page
from tests.support.samples import CHAMPION, run_in

OWN = b'<!DOCTYPE html>\n<html lang="en"><body><section id="top"><h1>A run</h1></section>\n'


def judged(run: Run, *, page: bytes | None = OWN) -> tuple[FakeServices, Page]:
    """A run whose test has ended, and its report."""
    services = fake_services(run, champion=CHAMPION)
    if page is not None:
        services.objects.write(run_key(run.id, "training/report.html"), page)
    for kind, name in run.jobs.items():
        services.jobs.end(name, "Completed", seconds=1800.0 if kind == "training" else None)
    trials = {"trials": [{"seconds": 40.0}, {"seconds": 20.5}]}
    services.objects.write(run_key(run.id, TRIALS), json.dumps(trials).encode())
    leave_evaluation(services, run)
    finish_evaluation(EvaluationEnded(run.id, "Completed"), services)
    body = services.objects.read(run_key(run.id, "report.html"))
    return services, Page(body.decode())


def with_jobs(run: Run) -> Run:
    kinds = ("preparation", "tuning", "training", "evaluation")
    return replace(run, jobs={kind: f"kennel-test-{kind}-{run.id}" for kind in kinds})


def test_the_report_goes_on_where_the_training_s_page_ends() -> None:
    services, page = judged(run_in("evaluating"))

    assert list(page.sections) == ["top", "serving", "jobs", "settings"]
    assert "All 2 test images are answered as in training" in page.sections["serving"]
    assert page.fetched == []
    key = next(key for key in services.objects.content_types if key.endswith("/report.html"))
    assert services.objects.content_types[key.replace("training/", "")].startswith("text/html")


def test_each_job_has_its_seconds_and_list_price_and_what_is_not_known_is_said() -> None:
    _, page = judged(with_jobs(run_in("evaluating")))

    jobs = " ".join(page.sections["jobs"].split())
    assert "1,800" in jobs
    assert "$0.1150" in jobs  # half an hour at $0.23
    assert "60$0.0039" in jobs.replace(" ", "")  # of two trials
    assert "not told" in jobs  # the preparation's


def test_a_training_without_a_page_of_its_own_has_a_report_all_the_same() -> None:
    _, page = judged(run_in("evaluating"), page=None)

    assert "has left no report" in page.sections["top"]
    assert "jobs" in page.sections


def test_who_is_told_that_a_model_serves_is_told_where_the_report_lies() -> None:
    run = run_in("evaluating")

    services, _ = judged(run)

    _, told = services.notices.published[-1]
    assert told["report"] == f"s3://{services.settings.bucket}/runs/{run.id}/report.html"
