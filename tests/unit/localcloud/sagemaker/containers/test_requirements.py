"""Whether pip has anything to do for a requirements.txt, and what decides about its result."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from localcloud.sagemaker.containers.requirements import Requirements


def required(folder: Path, text: str) -> Requirements:
    path = folder / "requirements.txt"
    path.write_text(text)
    return Requirements(path)


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
def test_what_is_there_or_not_meant_needs_no_pip(tmp_path: Path, line: str) -> None:
    assert required(tmp_path, line).satisfied


@pytest.mark.parametrize(
    "line",
    ["boto3==0.1", "no-such-package", "=== x", "./dog.whl", "-r more.txt", "-e .", "moto[server]"],
)
def test_for_what_is_missing_or_in_doubt_pip_is_asked(tmp_path: Path, line: str) -> None:
    assert not required(tmp_path, line).satisfied


def test_no_file_asks_for_nothing(tmp_path: Path) -> None:
    assert Requirements(tmp_path / "requirements.txt").satisfied


@pytest.mark.parametrize("line", ["-r more.txt", "./dog.whl", "--find-links wheels", "-fwheels"])
def test_files_that_are_named_decide_with_it(tmp_path: Path, line: str) -> None:
    before = required(tmp_path, line).content()

    (tmp_path / "more.txt").write_text("boto3\n")

    assert required(tmp_path, line).content() != before


@pytest.mark.parametrize("line", ["boto3==0.1", "-f /wheels", "--find-links=https://example.com"])
def test_other_files_of_the_bundle_do_not_decide(tmp_path: Path, line: str) -> None:
    before = required(tmp_path, line).content()

    (tmp_path / "train.py").write_text("print(1)\n")

    assert required(tmp_path, line).content() == before
