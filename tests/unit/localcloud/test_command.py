"""`kennel local` on a folder where no cloud runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.local import app
from cli.mistakes import Mistake
from localcloud.machine.home import Home, Status


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("KENNEL_HOME", str(tmp_path))
    return Home(tmp_path)


def test_status_says_that_nothing_runs(home: Home) -> None:
    result = CliRunner().invoke(app, ["status"])

    assert result.exit_code == 1
    assert "`kennel local up` starts one" in result.output


def test_status_as_json_says_so_too(home: Home) -> None:
    result = CliRunner().invoke(app, ["status", "--json"])

    assert json.loads(result.stdout) == {"running": False}


def test_status_names_the_addresses_but_no_keys(home: Home) -> None:
    environment = {"KENNEL_URL": "http://x/local", "AWS_SECRET_ACCESS_KEY": "secret"}
    with home.held():
        home.write_status(Status(pid=1, state="ready", since="now", environment=environment))

        result = CliRunner().invoke(app, ["status"])

    assert result.exit_code == 0
    assert "KENNEL_URL=http://x/local" in result.output
    assert "secret" not in result.output


def test_up_says_that_one_runs_already(home: Home) -> None:
    with home.held():
        home.write_status(Status(pid=4711, state="ready"))

        result = CliRunner().invoke(app, ["up", "--detach"])

    assert result.exit_code == 0
    assert "runs already (process 4711, ready)" in result.output


@pytest.mark.parametrize(
    "words", [("--param", "epochs=1"), ("--port", "5000"), ("--faults", "events-twice=1")]
)
def test_up_with_what_cannot_reach_the_running_one_is_a_mistake(
    home: Home, words: tuple[str, ...]
) -> None:
    with home.held():
        home.write_status(Status(pid=4711, state="ready"))

        result = CliRunner().invoke(app, ["up", "--detach", *words])

    assert isinstance(result.exception, Mistake)
    assert f"4711, ready): {words[0]} would change nothing" in str(result.exception)


def test_down_without_a_cloud_is_no_mistake(home: Home) -> None:
    result = CliRunner().invoke(app, ["down"])

    assert result.exit_code == 0
    assert "No local cloud runs here" in result.output


def test_a_param_without_a_value_is_a_mistake(home: Home) -> None:
    result = CliRunner().invoke(app, ["up", "--param", "epochs"])

    assert isinstance(result.exception, Mistake)
    assert "--param epochs is not NAME=VALUE" in str(result.exception)
