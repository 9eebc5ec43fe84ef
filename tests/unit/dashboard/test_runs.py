from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.names import RunId
from pipeline.run import Dataset, Run
from pipeline.run_view import run_view
from tests.fakes.services import fake_services
from tests.support.browsing import browse
from tests.support.samples import run_in, upload


def later(run: Run) -> Run:
    return replace(
        run, timeline=tuple(replace(m, time=m.time + timedelta(days=1)) for m in run.timeline)
    )


def test_without_runs_the_list_is_empty() -> None:
    assert browse(fake_services()).get("/runs").get_json() == {"runs": []}


def test_runs_are_listed_newest_first() -> None:
    older = run_in("serving", of=upload("datasets/old.zip"))
    newer = later(run_in("tuning", of=upload("datasets/new.zip")))

    answer = browse(fake_services(older, newer)).get("/runs").get_json()

    assert answer == {"runs": [run_view(newer), run_view(older)]}


def test_the_list_ends_where_lambda_would_cut_it_off() -> None:
    classes = Dataset(classes=tuple(f"{number:0100}" for number in range(1000)))
    runs = [run_in("serving", of=upload(version=f"v{n}"), dataset=classes) for n in range(60)]

    response = browse(fake_services(*runs)).get("/runs")

    assert 30 < len(response.get_json()["runs"]) < 60
    assert len(json.dumps(response.get_data(as_text=True))) < 6_000_000


def test_a_run_is_shown_by_its_id() -> None:
    run = run_in("declined", reason="2 of 3 test images differ – é")

    response = browse(fake_services(run)).get(f"/runs/{run.id}")

    assert response.status_code == 200
    assert response.get_json() == run_view(run)


def test_an_unknown_run_is_answered_with_a_sentence() -> None:
    response = browse(fake_services()).get("/runs/nobodyknow")

    assert response.status_code == 404
    assert response.get_json() == {
        "error": {
            "code": "unknown_run",
            "message": "there is no run 'nobodyknow'; `kennel runs` lists them",
        }
    }


def test_a_working_run_is_stopped() -> None:
    run = run_in("training")
    services = fake_services(run)

    response = browse(services).post(f"/runs/{run.id}/stop")

    assert response.status_code == 200
    assert response.get_json()["state"] == "stopped"
    assert services.run(run).state == "stopped"


@pytest.mark.parametrize("state", ["serving", "failed", "stopped"])
def test_a_run_that_has_ended_is_not_stopped(state: str) -> None:
    run = run_in(state)  # type: ignore[arg-type]  # a state, as listed above

    response = browse(fake_services(run)).post(f"/runs/{run.id}/stop")

    assert response.status_code == 409
    assert response.get_json()["error"] == {
        "code": "refused",
        "message": f"run {run.id} is {state}: only a run that is still working can be stopped",
    }


def test_an_unknown_run_is_not_stopped() -> None:
    assert browse(fake_services()).post("/runs/nobodyknow/stop").status_code == 404


def test_a_stop_that_met_another_change_may_be_tried_again() -> None:
    outdated = run_in("training")
    services = fake_services(replace(outdated, revision=7))

    def find(run: RunId) -> Run | None:
        return outdated

    services.runs.find = find  # type: ignore[method-assign]  # as if read before the change
    response = browse(services).post(f"/runs/{outdated.id}/stop")

    assert response.status_code == 409
    assert response.get_json()["error"] == {
        "code": "conflict",
        "message": f"run {outdated.id} has changed meanwhile: try again",
    }
