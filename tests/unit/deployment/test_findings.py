"""What the security checkers find is explained by id: no more, and nothing that is gone."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.compiled_template import Template
from tests.support.packaging import PROJECT

CHECKOV = PROJECT / ".venv/checkov/bin/python"


def ids_in_template(body: object, folder: Path) -> set[str]:
    """What checkov finds when nothing is explained to it."""
    if not CHECKOV.exists():
        pytest.skip("checkov is missing: make setup installs it")
    path = folder / "template.json"
    path.write_text(json.dumps(body))
    bare = ["--skip-download", "--framework", "cloudformation", "--compact", "--output", "json"]
    found = answer_of([CHECKOV, "-m", "checkov.main", *bare, "--file", path], folder)
    return {finding["check_id"] for finding in found["results"]["failed_checks"]}


def ids_in_code(folders: Iterable[str], folder: Path) -> set[str]:
    """What bandit finds there when nothing is explained to it."""
    bare = ["--quiet", "--ignore-nosec", "--format", "json", "--recursive"]
    paths = [PROJECT / name for name in folders]
    found = answer_of([sys.executable, "-m", "bandit", *bare, *paths], folder)
    return {finding["test_id"] for finding in found["results"]}


def answer_of(command: list[str | Path], folder: Path) -> Any:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_each_explained_finding_of_the_template_is_there_and_a_new_one_shows(
    template: Template, tmp_path: Path
) -> None:
    explained = yaml.safe_load((PROJECT / ".checkov.yml").read_text())["skip-check"]
    body = json.loads(json.dumps(template.body))
    body["Resources"]["Bucket"]["Properties"]["PublicAccessBlockConfiguration"][
        "BlockPublicAcls"
    ] = False

    found = ids_in_template(body, tmp_path)

    assert found == {*explained, "CKV_AWS_53"}


def test_each_explained_finding_of_the_code_is_there(tmp_path: Path) -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    code = settings["tool"]["setuptools"]["packages"]["find"]["include"]

    found = ids_in_code([name.removesuffix("*") for name in code], tmp_path)

    assert sorted(found) == sorted(settings["tool"]["bandit"]["skips"])
