"""What others have named never steers a terminal, and is never lost."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from cli.printable import printable, printable_json, printable_line
from pipeline.run import Dataset
from tests.support.cli_service import Kennel, Service
from tests.support.run_views import answer_of, ended_in
from tests.support.samples import upload
from tests.support.source_files import files_of, named, tree_of

HOSTILE = "\x1b]0;owned\x07\x1b[2Jdogs\r\u202egpj\u2066\x9b31m\x00"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Chien de Berger 柴犬 🐕", "Chien de Berger 柴犬 🐕"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\u202eb", r"a\u202eb"),
        ("a\nb\tc", "a\\nb c"),
        (os.fsdecode(b"dog\xff.jpg"), r"dog\xff.jpg"),
    ],
)
def test_a_line_spells_out_what_would_steer_a_terminal(text: str, shown: str) -> None:
    assert printable_line(text) == shown


def test_a_text_keeps_its_lines_and_leaves_colours_out() -> None:
    assert printable("10 %\r20 %\r\n\x1b[31mred\x1b[0m\tx") == "10 %\n20 %\nred\tx"


def test_json_holds_the_same_value_without_such_a_character() -> None:
    text = printable_json({"key": HOSTILE})

    assert json.loads(text) == {"key": HOSTILE}
    assert printable(text) == text


@pytest.fixture
def hostile(deployed: Service) -> Service:
    """A run whose data set, classes and reason want to steer the terminal."""
    run = ended_in(
        "preparing",
        "failed",
        HOSTILE,
        upload=upload(f"datasets/{HOSTILE}.zip"),
        dataset=Dataset(classes=(HOSTILE,), counts={"train": 1}),
    )
    deployed.answers["GET /runs"] = {"runs": [answer_of(run)]}
    deployed.answers["GET /runs/abcdefghij"] = answer_of(run)
    return deployed


@pytest.mark.parametrize("words", [(), ("--json",), ("show",), ("show", "--json"), ("follow",)])
def test_no_command_about_runs_passes_it_on(
    kennel: Kennel, hostile: Service, words: tuple[str, ...]
) -> None:
    result = kennel("runs", *words)

    assert "dogs" in result.output
    assert [letter for letter in result.output if letter in HOSTILE and not letter.isascii()] == []
    assert "\x1b" not in result.output
    assert "\r" not in result.output


def test_a_job_s_log_cannot_steer_the_terminal(kennel: Kennel, job_log: Any) -> None:
    job_log("/aws/sagemaker/TrainingJobs", "some-job/algo-1", HOSTILE)

    output = kennel("logs", "some-job").stdout

    assert "dogs\n" in output
    assert "\x1b" not in output
    assert "\u202e" not in output


def writes_by_itself(tree: ast.Module) -> Iterator[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for called in map(ast.unparse, calls):
        if called in ("print", "Text") or called.startswith(("Text.", "typer.echo", "typer.secho")):
            yield called


def test_all_text_goes_through_the_terminal_s_module() -> None:
    strangers = {
        named(path): found
        for path in files_of("cli")
        if (found := [*writes_by_itself(tree_of(path))])
    }

    assert strangers.keys() == {"cli/terminal.py"}
