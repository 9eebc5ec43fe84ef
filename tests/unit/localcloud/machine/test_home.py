"""The folder of a local cloud tells the truth about it, also after a kill."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from localcloud.machine.home import AlreadyRunning, Home, Status

STATUS = Status(pid=os.getpid(), state="ready", environment={"A": "1"})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_an_unused_folder_has_no_daemon(home: Home) -> None:
    assert home.status() is None
    assert not home.clear_leftovers()


def test_a_daemon_tells_its_status(home: Home) -> None:
    with home.held():
        home.write_status(STATUS)

        assert home.status() == STATUS


def test_two_daemons_cannot_hold_one_folder(home: Home) -> None:
    with home.held(), pytest.raises(AlreadyRunning), home.held():
        pass


def test_nothing_but_logs_is_left_at_the_end(home: Home) -> None:
    with home.held():
        home.write_status(STATUS)
        home.write_environment({"A": "1"}, commands=Path("/commands"))
        (home.folder / "cloud-x").mkdir()
        home.log.write_text("said")

    assert sorted(path.name for path in home.folder.iterdir()) == ["daemon.lock", "daemon.log"]


def test_what_a_killed_daemon_left_is_not_believed_and_is_removed(home: Home) -> None:
    home.folder.mkdir()
    home.write_status(STATUS)
    home.write_environment({"A": "1"}, commands=Path("/commands"))

    assert home.status() is None
    assert home.clear_leftovers()
    assert not (home.folder / "local.env").exists()


def test_the_environment_can_be_sourced(home: Home) -> None:
    home.folder.mkdir()
    home.write_environment(
        {"KENNEL_URL": "http://x/local", "ODD": "a b'c"}, commands=Path("/commands")
    )

    command = f'. {home.folder}/local.env; sh -c \'printf "%s|%s" "$KENNEL_URL" "$ODD"\''
    printed = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)

    assert printed.stdout == "http://x/local|a b'c"


def test_the_environment_is_for_its_owner_only(home: Home) -> None:
    home.folder.mkdir()
    home.write_environment({"A": "1"}, commands=Path("/commands"))

    assert (home.folder / "local.env").stat().st_mode & 0o077 == 0
