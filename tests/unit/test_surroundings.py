"""What the code knows of where it runs: one file reads it, none asks whether it is local."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.source_files import (
    PACKAGES,
    files_of,
    named,
    tree_of,
)

# Each deployable, and the one file in which it reads its environment.
ENVIRONMENT_READERS = {
    ("dashboard", "handlers", "pipeline"): {"pipeline/settings.py"},
    ("training_code",): {"training_code/job/environment.py"},
    ("inference_code",): {"inference_code/environment.py"},
    ("cli",): {"cli/deployment.py"},
}


# These commands start, stop or show the local cloud: it is what they are about.
ABOUT_THE_LOCAL_CLOUD = re.compile(r"cli/(local|demo)[a-z_]*\.py|cli/commands/(local|demo)\.py")


@pytest.mark.parametrize("deployable", ENVIRONMENT_READERS, ids="-".join)
def test_the_environment_is_read_in_one_file(deployable: tuple[str, ...]) -> None:
    readers = {named(path) for path in files_of(*deployable) if reads_environment(path)}

    assert readers == ENVIRONMENT_READERS[deployable]


def reads_environment(path: Path) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
        for node in ast.walk(tree_of(path))
    )


def test_nothing_but_the_local_cloud_s_own_commands_asks_whether_it_is_local() -> None:
    product = [package for package in PACKAGES if package != "localcloud"]

    branches = {
        named(path): lines
        for path in files_of(*product)
        if not ABOUT_THE_LOCAL_CLOUD.fullmatch(named(path)) and (lines := local_branches(path))
    }

    assert branches == {}


def local_branches(path: Path) -> list[int]:
    """Lines that compare something with "local", or ask a name such as is_local."""
    return [
        node.lineno
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Compare) and "'local'" in ast.unparse(node))
        or (isinstance(node, ast.Name | ast.Attribute) and re.search("is_local", ast.unparse(node)))
    ]
