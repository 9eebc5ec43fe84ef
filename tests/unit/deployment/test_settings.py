"""A deployment's settings are judged before anything is packaged or sent."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from localcloud.cloud import LocalCloud
from localcloud.daemon import StartFailed
from tests.support.packaging import PROJECT, SERVERLESS, environment

ABC = "tuning_jobs='abc' is not a whole number from 1 to 100"


def error_of(*words: str) -> str:
    """What the framework says that has gone wrong."""
    done = subprocess.run(
        [str(SERVERLESS), *words],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    said = (done.stdout + done.stderr).partition("Error:\n")[2]
    return said.partition("\nEnvironment:")[0].strip()


@pytest.mark.parametrize(
    ("command", "given", "sentence"),
    [
        ("package", "--param=tuning_jobs=abc", ABC),
        ("deploy", "--param=nme=x", "there is no setting 'nme': resources/settings.yml lists them"),
    ],
)
def test_what_is_not_allowed_ends_the_command_with_one_sentence(
    command: str, given: str, sentence: str
) -> None:
    told = error_of(command, given)

    assert told.startswith(sentence)
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("--param=epochs", "--param epochs is not NAME=VALUE: resources/settings.yml lists"),
        ("--stage=dev_1", "stage='dev_1' is not 1 to 7 lower-case letters or digits"),
    ],
)
def test_what_is_no_setting_at_all_is_told_once(given: str, sentence: str) -> None:
    told = error_of("package", given).splitlines()

    assert len(told) == 2  # the first is the framework's own
    assert sentence in told[1]


def test_the_local_cloud_shows_the_sentence(tmp_path: Path) -> None:
    cloud = LocalCloud(tmp_path, params={"tuning_jobs": "abc"})

    with pytest.raises(StartFailed, match=ABC):
        cloud.start()
