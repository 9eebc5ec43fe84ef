"""A deployment's settings are judged before anything is packaged or sent."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from localcloud.cloud import LocalCloud
from localcloud.daemon import StartFailed
from tests.support.packaging import PROJECT, SERVERLESS, environment

ABC = "tuning_jobs='abc' is not a whole number from 1 to 100"


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
    done = subprocess.run(
        [str(SERVERLESS), command, given],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    told = (done.stdout + done.stderr).partition("Error:\n")[2].partition("\nEnvironment:")[0]
    assert told.startswith(sentence)
    assert len(told.strip().splitlines()) == 1


def test_the_local_cloud_shows_the_sentence(tmp_path: Path) -> None:
    cloud = LocalCloud(tmp_path, params={"tuning_jobs": "abc"})

    with pytest.raises(StartFailed, match=ABC):
        cloud.start()
