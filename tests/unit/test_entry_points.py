"""One event, one name, one small handler."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.source_files import ROOT, files_of, tree_of


def stems(folder: str, pattern: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob(pattern)}


def test_one_event_has_one_name_everywhere() -> None:
    functions = re.search(
        r"^functions:\n(.*?)^\S", (ROOT / "serverless.yml").read_text(), re.M | re.S
    )
    assert functions
    declared = set(re.findall(r"^  (\w+):$", functions.group(1), re.M))

    assert declared == stems("handlers", "[!_]*.py")
    assert declared == stems("tests/events", "*.json")
    assert declared == {
        name.removeprefix("test_") for name in stems("tests/unit/handlers", "test_*.py")
    }


@pytest.mark.parametrize("path", list(files_of("handlers")), ids=lambda path: path.stem)
def test_a_handler_is_too_small_to_be_wrong(path: Path) -> None:
    functions = [node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)]

    assert [node.name for node in functions] == (["handler"] if functions else [])
    for function in functions:
        assert len(function.body) <= 10
        branches = (ast.If, ast.Try, ast.For, ast.While, ast.IfExp)
        assert not [node for node in ast.walk(function) if isinstance(node, branches)]
