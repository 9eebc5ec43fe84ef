"""Which deployment is meant: what the shell exports, else the local cloud of this folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.deployment import exported, read_deployment
from cli.mistakes import Mistake

LOCAL = """export KENNEL_BUCKET=of-the-file
export AWS_ACCESS_KEY_ID='lo cal'
PATH=/commands:"$PATH"
"""


@pytest.fixture
def local_env(tmp_path: Path) -> Path:
    path = tmp_path / ".kennel" / "local.env"
    path.parent.mkdir()
    path.write_text(LOCAL)
    return path


def test_the_file_of_this_folder_is_used_when_nothing_is_exported(local_env: Path) -> None:
    assert read_deployment().bucket == "of-the-file"
    assert os.environ["AWS_ACCESS_KEY_ID"] == "lo cal"
    assert "/commands" not in os.environ["PATH"]


def test_what_is_exported_wins(local_env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENNEL_BUCKET", "of-the-shell")

    assert read_deployment().bucket == "of-the-shell"
    assert "AWS_ACCESS_KEY_ID" not in os.environ


def test_keys_of_another_account_are_not_mixed_in(
    local_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of a real account")

    read_deployment()

    assert "AWS_SESSION_TOKEN" not in os.environ


def test_kennel_home_moves_the_file(
    local_env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local_env.parent.rename(tmp_path / "elsewhere")
    monkeypatch.setenv("KENNEL_HOME", str(tmp_path / "elsewhere"))

    assert read_deployment().bucket == "of-the-file"


def test_comments_and_quotes_are_read_as_a_shell_does() -> None:
    assert exported("# mine\nexport A='b c' # d\n\nE=f\n") == {"A": "b c", "E": "f"}


def test_an_address_without_a_scheme_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENNEL_URL", "example.org/dev")

    with pytest.raises(Mistake, match="is not a web address: it begins with https://"):
        _ = read_deployment().url
