"""requirements.txt is checked, never installed."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from localcloud.sagemaker.containers.requirements import missing_requirements


def findings(folder: Path, text: str) -> str:
    path = folder / "requirements.txt"
    path.write_text(text)
    return missing_requirements(path)


@pytest.mark.parametrize(
    "line",
    [
        "boto3",
        f"boto3=={version('boto3')}  # pinned",
        "BOTO3 >= 1 ; python_version >= '3.8'",
        "no-such-package ; python_version < '3'",
        "--index-url https://example.com",
        "# a comment",
        "",
    ],
)
def test_what_is_there_or_not_meant_passes(tmp_path: Path, line: str) -> None:
    assert findings(tmp_path, line) == ""


def test_another_version_is_told_with_the_installed_one(tmp_path: Path) -> None:
    sentence = findings(tmp_path, "boto3==0.1")

    assert f"boto3==0.1 is wanted and {version('boto3')} is installed" in sentence
    assert sentence.endswith("Install them into the environment of the local cloud.")


def test_a_line_that_is_no_requirement_is_told(tmp_path: Path) -> None:
    assert "'=== x' is no requirement" in findings(tmp_path, "=== x")


def test_no_file_asks_for_nothing(tmp_path: Path) -> None:
    assert missing_requirements(tmp_path / "requirements.txt") == ""
