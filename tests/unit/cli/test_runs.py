"""`kennel runs`: the list, one run, stopping and following, over the HTTP API."""

from __future__ import annotations

import json
import re

import pytest

from pipeline.run import Dataset, Model, QuotaWait, Trial
from tests.support.cli_service import Kennel, Service
from tests.support.run_views import MINUTE, TEN, answer_of, ended_in, run_at
from tests.support.samples import SETTINGS


@pytest.fixture
def two(deployed: Service) -> Service:
    """A serving run and an older one that was stopped."""
    metrics = {"test_accuracy": 0.875, "test_loss": 0.4}
    model = Model(artifact="s3://b/model.tar.gz", digest="d2", version=2)
    newest = answer_of(
        run_at(
            "serving",
            metrics=metrics,
            model=model,
            hyperparameters={"lr": "0.0123456"},
            best_trial=Trial("kennel-test-tuning-abcdefghij-007", 0.25),
        )
    )
    older = answer_of(ended_in("preparing", "stopped", "stopped on request", run="abzzzzzzzz"))
    deployed.answers["GET /runs"] = {"runs": [newest, older]}
    deployed.answers["GET /runs/abcdefghij"] = newest
    deployed.answers["GET /runs/abzzzzzzzz"] = older
    return deployed


def test_the_list_shows_state_accuracy_and_reason(kennel: Kennel, two: Service) -> None:
    lines = kennel("runs").stdout.splitlines()

    assert ["abcdefghij" in lines[1], "abzzzzzzzz" in lines[2]] == [True, True]
    for word in ("serving", "dogs.zip", "4 min 00 s", "87.5 %", "v2"):
        assert word in lines[1]
    assert "stopped on request" in lines[2]


def test_the_list_as_json_is_what_the_api_sends(kennel: Kennel, two: Service) -> None:
    expected = two.answers["GET /runs"] | {"lakes": [], "next": None}

    assert json.loads(kennel("runs", "--json").stdout) == expected


def test_the_list_has_the_runs_of_all_pages(kennel: Kennel, two: Service) -> None:
    newest, older = two.answers["GET /runs"]["runs"]
    two.answers["GET /runs"] = {"runs": [newest], "next": "p2=="}
    two.answers["GET /runs?next=p2%3D%3D"] = {"runs": [older], "next": None}

    listed = json.loads(kennel("runs", "--json").stdout)["runs"]

    assert [run["run"] for run in listed] == ["abcdefghij", "abzzzzzzzz"]


def test_without_runs_it_says_how_to_start_one(kennel: Kennel, deployed: Service) -> None:
    deployed.answers["GET /runs"] = {"runs": []}

    assert "`kennel upload ZIP` starts one" in kennel("runs").stdout
    assert "`kennel upload ZIP` starts one" in kennel("runs", "show").stderr


def test_show_without_a_run_tells_of_the_newest(kennel: Kennel, two: Service) -> None:
    output = kennel("runs", "show").stdout

    for word in ("run abcdefghij is serving", "64 train, 8 valid, 8 test in 2 classes"):
        assert word in output


def test_show_tells_settings_best_trial_hyperparameters_and_where_reports_lie(
    kennel: Kennel, two: Service
) -> None:
    rows = [re.split(r"\s{2,}", line) for line in kennel("runs", "show").stdout.splitlines()]
    facts = {row[0]: row[1] for row in rows if len(row) > 1}

    assert facts["settings"].startswith("preset default, backbone resnet50, weights auto, ")
    assert '{"lr":[0.0001,0.1],' in kennel("runs", "show").stdout
    assert facts["best trial"] == "kennel-test-tuning-abcdefghij-007, validation loss 0.2500"
    assert facts["hyperparameters"] == "lr 0.0123"
    folder = f"s3://{SETTINGS.bucket}/runs/abcdefghij"
    assert facts["reports"] == f"dataset {folder}/dataset_report.json"
    assert facts[""] == f"page {folder}/report.html"


def test_show_tells_what_the_data_set_s_owner_should_know(
    kennel: Kennel, deployed: Service
) -> None:
    dataset = Dataset(classes=("Beagle",), warnings=("45 of 90 images are corrupt.",))
    run = answer_of(run_at("tuning", dataset=dataset))
    deployed.answers["GET /runs"] = {"runs": [run]}
    deployed.answers["GET /runs/abcdefghij"] = run

    assert "45 of 90 images are corrupt." in kennel("runs", "show").stdout


@pytest.mark.parametrize("name", ["abc", "abcdefghij"])
def test_the_beginning_of_an_id_is_enough(kennel: Kennel, two: Service, name: str) -> None:
    assert json.loads(kennel("runs", "show", name, "--json").stdout)["run"] == "abcdefghij"


def test_an_ambiguous_beginning_names_the_runs(kennel: Kennel, two: Service) -> None:
    result = kennel("runs", "show", "ab")

    assert result.stderr == "kennel: 'ab' begins 2 runs (abcdefghij, abzzzzzzzz): say more.\n"


def test_an_unknown_run_is_told(kennel: Kennel, two: Service) -> None:
    result = kennel("runs", "show", "zzz")

    assert result.stderr == "kennel: There is no run 'zzz': `kennel runs` lists them.\n"


def test_stop_asks_the_api_once_and_tells_the_state(kennel: Kennel, two: Service) -> None:
    two.answers["POST /runs/abcdefghij/stop"] = answer_of(
        ended_in("tuning", "stopped", "stopped on request")
    )

    assert "run abcdefghij is stopped" in kennel("runs", "stop", "abc").stdout
    assert [name for name, _ in two.requests].count("POST /runs/abcdefghij/stop") == 1


def test_what_cannot_be_stopped_says_why(kennel: Kennel, two: Service) -> None:
    error = {"code": "run_ended", "message": "run abcdefghij is serving: nothing to stop"}
    two.answers["POST /runs/abcdefghij/stop"] = (409, {"error": error})

    result = kennel("runs", "stop", "abc")

    assert result.stderr == "kennel: run abcdefghij is serving: nothing to stop.\n"


def test_following_a_run_that_serves_ends_well(kennel: Kennel, two: Service) -> None:
    result = kennel("runs", "follow")

    assert result.exit_code == 0
    assert "run abcdefghij is serving" in result.stdout


def test_following_a_run_that_ends_otherwise_fails_with_the_reason(
    kennel: Kennel, two: Service
) -> None:
    result = kennel("runs", "follow", "abz")

    assert result.exit_code == 1
    assert result.stderr == "kennel: run abzzzzzzzz is stopped: stopped on request.\n"
    assert "on request" not in result.stdout


def test_following_before_there_is_a_run_waits_for_the_first(kennel: Kennel, two: Service) -> None:
    listed = two.answers["GET /runs"]
    two.answers["GET /runs"] = [{"runs": []}, {"runs": []}, listed]

    result = kennel("runs", "follow")

    assert result.exit_code == 0
    assert result.stderr.count("there is no run yet: waiting for the first one") == 1


@pytest.fixture
def kept_out(deployed: Service) -> Service:
    """A run whose tuning a quota keeps out."""
    wait = QuotaWait(TEN + 2 * MINUTE, "limit is 0 Instances")
    run = answer_of(run_at("tuning", quota_wait=wait))
    ended = answer_of(ended_in("tuning", "failed", "refused for 24 h"))
    deployed.answers["GET /runs"] = {"runs": [run]}
    deployed.answers["GET /runs/abcdefghij"] = [run, run, ended]
    return deployed


@pytest.mark.parametrize("words", [(), ("show",), ("follow",)])
def test_a_quota_s_wait_is_shown_with_its_reason_and_since_when(
    kennel: Kennel, kept_out: Service, words: tuple[str, ...]
) -> None:
    output = " ".join(kennel("runs", *words).stdout.split())

    told = (
        "waits since 2026-11-20 10:02 UTC, as SageMaker does not take its job: limit is 0 Instances"
    )
    assert told in output


def test_a_log_bears_no_control_codes(kennel: Kennel, two: Service) -> None:
    outputs = [kennel(*words).output for words in (("runs",), ("runs", "show"), ("runs", "follow"))]

    assert all("\x1b" not in output and "\r" not in output for output in outputs)
