from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest
from werkzeug.test import TestResponse

from pipeline.names import RunId
from pipeline.run import Dataset, Run
from pipeline.run_view import run_view
from tests.fakes.services import fake_services
from tests.support.browsing import browse
from tests.support.samples import run_in, upload


def as_answered(view: object) -> object:
    """As JSON carries it: what has a fixed length inside is a list there."""
    return json.loads(json.dumps(view))


def later(run: Run) -> Run:
    return replace(
        run, timeline=tuple(replace(m, time=m.time + timedelta(days=1)) for m in run.timeline)
    )


def test_without_runs_the_list_is_empty() -> None:
    assert browse(fake_services()).get("/runs").get_json() == {"runs": [], "next": None}


def test_runs_are_listed_newest_first() -> None:
    older = run_in("serving", of=upload("datasets/old.zip"))
    newer = later(run_in("tuning", of=upload("datasets/new.zip")))

    answer = browse(fake_services(older, newer)).get("/runs").get_json()

    assert answer == as_answered({"runs": [run_view(newer), run_view(older)], "next": None})


def pages(runs: Iterable[Run], query: str = "") -> Iterator[TestResponse]:
    client, following = browse(fake_services(*runs)), query
    while True:
        response = client.get(f"/runs?{following}")
        yield response
        token = response.get_json()["next"]
        if token is None:
            return
        following = f"{query}&next={token}"


def test_a_page_ends_where_lambda_would_cut_it_off_and_the_next_one_goes_on() -> None:
    classes = Dataset(classes=tuple(f"{number:0100}" for number in range(1000)))
    runs = [run_in("serving", of=upload(version=f"v{n}"), dataset=classes) for n in range(60)]

    answers = list(pages(runs))

    listed = [[run["run"] for run in answer.get_json()["runs"]] for answer in answers]
    assert len(listed) == 2
    assert sorted(chain.from_iterable(listed)) == sorted(run.id for run in runs)
    assert all(len(json.dumps(answer.get_data(as_text=True))) < 6_000_000 for answer in answers)


def test_a_page_has_no_more_runs_than_asked_for_and_newer_ones_do_not_move_it() -> None:
    runs = [run_in("failed", of=upload(version=f"v{n}")) for n in range(5)]
    first = next(pages(runs, "limit=2")).get_json()
    begun_since = later(run_in("tuning", of=upload("datasets/new.zip")))

    client = browse(fake_services(begun_since, *runs))
    second = client.get(f"/runs?limit=2&next={first['next']}").get_json()

    seen = [run["run"] for answer in (first, second) for run in answer["runs"]]
    assert len(set(seen)) == 4
    assert begun_since.id not in seen


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "next=dogs", "next=8J+Qlg=="]
)
def test_a_page_that_cannot_be_is_refused_in_a_sentence(query: str) -> None:
    response = browse(fake_services()).get(f"/runs?{query}")

    assert response.status_code == 400
    assert response.get_json()["error"]["message"].startswith(query.partition("=")[0])


def test_a_run_is_shown_by_its_id() -> None:
    run = run_in("declined", reason="2 of 3 test images differ – é")

    response = browse(fake_services(run)).get(f"/runs/{run.id}")

    assert response.status_code == 200
    assert response.get_json() == as_answered(run_view(run))


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
