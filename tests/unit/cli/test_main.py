"""The command as a whole: fast to start, and one sentence for a mistake."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.cli_service import Kennel, Service

SLOW = ("boto3", "botocore", "PIL", "moto", "torch", "rich.live")
WITHOUT_DEPLOYMENT = (
    ("upload", "dogs.zip"),
    ("predict", "dog.jpg"),
    ("runs",),
    ("runs", "show"),
    ("runs", "stop", "abc"),
    ("runs", "follow"),
    ("logs", "abc"),
)


def test_starting_the_command_imports_nothing_slow() -> None:
    program = f"import sys, cli.main; print([name for name in {SLOW} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("words", WITHOUT_DEPLOYMENT, ids=" ".join)
def test_without_a_deployment_each_command_says_how_to_get_one(
    kennel: Kennel, words: tuple[str, ...], zipped: Path, photo: Path
) -> None:
    result = kennel(*words)

    assert result.exit_code == 1
    assert result.stderr.startswith("kennel: KENNEL_")
    assert "`kennel local up`, then `source .kennel/local.env`" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [("runs",), ("upload", "dogs.zip"), ("predict", "dog.jpg")])
def test_a_service_that_does_not_answer_is_named(
    kennel: Kennel,
    words: tuple[str, ...],
    deployed: Service,
    monkeypatch: pytest.MonkeyPatch,
    zipped: Path,
    photo: Path,
) -> None:
    for name in ("AWS_ENDPOINT_URL", "KENNEL_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    result = kennel(*words)

    assert result.exit_code == 1
    assert "http://127.0.0.1:9" in result.stderr
    assert "does not answer" in result.stderr
    assert "Traceback" not in result.output


def test_without_credentials_it_says_where_they_come_from(
    kennel: Kennel, deployed: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")

    result = kennel("runs")

    assert result.exit_code == 1
    assert "No AWS credentials were found" in result.stderr


def test_without_a_region_it_says_which_variable(
    kennel: Kennel, deployed: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    assert "export AWS_DEFAULT_REGION" in kennel("runs").stderr


def test_expired_credentials_are_to_be_renewed(kennel: Kennel, deployed: Service) -> None:
    expired = {"message": "The security token included in the request is expired"}
    deployed.answers["GET /runs"] = (403, expired)

    said = kennel("runs").stderr

    assert "does not accept the credentials (The security token included" in said
    assert "renew them" in said


def test_what_a_policy_does_not_allow_is_asked_for_and_nothing_to_renew(
    kennel: Kennel, deployed: Service
) -> None:
    denied = (
        "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: execute-api:Invoke"
    )
    deployed.answers["GET /runs"] = (403, {"Message": denied})

    said = kennel("runs").stderr

    assert said.startswith(f"kennel: {denied}: ask for the right execute-api:Invoke on http://")
    assert "renew" not in said


def test_a_path_that_the_gateway_does_not_know_is_told_of_the_address(
    kennel: Kennel, deployed: Service
) -> None:
    deployed.answers["GET /runs"] = (403, {"message": "Missing Authentication Token"})

    assert "knows no such path: check KENNEL_URL" in kennel("runs").stderr


def test_a_command_that_does_not_exist_is_one_sentence(kennel: Kennel) -> None:
    result = kennel("bark")

    assert (result.exit_code, result.stderr) == (
        2,
        "kennel: No such command 'bark': see `kennel --help`.\n",
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--bark",), "No such option: --bark: see `kennel --help`."),
        (("runs", "--bark"), "No such option: --bark: see `kennel runs --help`."),
        (("runs", "show", "--bark"), "No such option: --bark: see `kennel runs show --help`."),
        (("weights", "upload"), "Missing argument 'FILE': see `kennel weights upload --help`."),
    ],
)
def test_a_misused_command_is_one_sentence(
    kennel: Kennel, words: tuple[str, ...], sentence: str
) -> None:
    result = kennel(*words)

    assert (result.exit_code, result.stderr) == (2, f"kennel: {sentence}\n")


def test_the_version_is_the_package_s(kennel: Kennel) -> None:
    assert kennel("--version").stdout == f"kennel {version('kennel')}\n"


def test_the_help_names_the_local_environment_file(kennel: Kennel) -> None:
    assert ".kennel/local.env" in kennel("--help").output
