"""What holds for every test: it can fail, waits and shares as told, and its file stays short."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.source_files import files_of, modules_imported_by, named, tree_of

FILES = [path for path in files_of("tests") if "tests/conformance/programs" not in named(path)]
TESTS = [path for path in FILES if path.stem.startswith("test_")]
# The one bounded retry, which everything that waits goes through.
WAITING = "tests/support/waiting.py"


def calls(node: ast.AST) -> Iterator[str]:
    """The names of the functions that are called, the last part only."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            yield ast.unparse(call.func).rpartition(".")[2]


def can_fail(test: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(test)) or any(
        name in {"raises", "warns", "eventually"} or name.startswith("assert_")
        for name in calls(test)
    )


def test_every_test_says_what_it_wants() -> None:
    silent = [
        f"{named(path)}: {node.name}"
        for path in TESTS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not can_fail(node)
    ]

    assert silent == []


@pytest.mark.parametrize("call", ["sleep", "eventually"])
def test_there_is_one_way_to_wait(call: str) -> None:
    written = {
        named(path)
        for path in FILES
        if (call == "sleep" and call in set(calls(tree_of(path))))
        or any(
            isinstance(node, ast.FunctionDef) and node.name == call
            for node in ast.walk(tree_of(path))
        )
    }

    assert written == {WAITING}


def test_nothing_is_patched() -> None:
    patching = [
        named(path)
        for path in FILES
        if "unittest.mock" in modules_imported_by(path)
        or any(
            isinstance(node, ast.Attribute) and node.attr == "setattr"
            for node in ast.walk(tree_of(path))
        )
    ]

    assert patching == []


def test_what_tests_share_lies_in_their_support() -> None:
    """No test imports from another, nor from a conftest: its fixtures come by their names."""
    borrowed = {
        named(path): found
        for path in FILES
        if "tests/conformance/" not in named(path)  # its cloud is a fixture's type
        and (
            found := {
                name
                for name in modules_imported_by(path)
                if name.startswith("tests.")
                and any(part.startswith(("test_", "conftest")) for part in name.split("."))
            }
        )
    }

    assert borrowed == {}


@pytest.mark.parametrize(("limit", "files"), [(200, TESTS), (250, FILES)], ids=["tests", "all"])
def test_no_file_is_long(limit: int, files: list[object]) -> None:
    long = [
        named(path)
        for path in FILES
        if path in files and len(path.read_text().splitlines()) >= limit
    ]

    assert long == []
