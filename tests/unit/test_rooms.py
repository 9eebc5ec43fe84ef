"""The architecture of the local cloud as tests: which room may know which."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter

import pytest

from tests.support.source_files import (
    files_of,
    module_name,
    module_names,
    modules_imported_by,
    named,
    tree_of,
)

# The rooms of the local cloud, from the ground up: each may import those of its line, which all
# stand above it, and itself.
ROOMS: dict[str, set[str]] = {
    "machine": set(),
    "sagemaker.keys": set(),
    "sagemaker.lots": set(),
    "sagemaker.http": set(),
    "iam": {"sagemaker.keys"},
    "aws": {"iam", "sagemaker.http", "sagemaker.keys", "sagemaker.lots"},
    "functions": {"aws", "iam", "machine", "sagemaker.http"},
    "triggers": {"aws", "functions", "machine"},
    "stack": {"aws", "functions", "machine", "triggers"},
    "rest": {"aws", "functions", "iam", "sagemaker.http"},
    "sagemaker.region": {"sagemaker.keys", "sagemaker.lots"},
    "sagemaker.containers": {"sagemaker.region"},
    "sagemaker.jobs": {"sagemaker.containers", "sagemaker.region"},
    "sagemaker.endpoints": {"sagemaker.containers", "sagemaker.jobs", "sagemaker.region"},
    "sagemaker.api": {
        "sagemaker.containers",
        "sagemaker.endpoints",
        "sagemaker.http",
        "sagemaker.jobs",
        "sagemaker.region",
    },
    "faults": {"aws", "sagemaker.region"},
    "wiring": {"aws", "functions", "iam", "machine", "rest", "stack", "triggers"},
    "execution_roles": {"iam", "sagemaker.keys", "sagemaker.region"},
    "in_process_cloud": {
        "aws",
        "execution_roles",
        "faults",
        "iam",
        "machine",
        "sagemaker.api",
        "stack",
        "wiring",
    },
    "daemon": {"aws", "in_process_cloud", "machine", "stack"},
    "cloud": {"daemon", "faults", "machine", "stack"},
}


def room_of(module: str) -> str | None:
    below = f"{module.removeprefix('localcloud.')}."
    return next((room for room in ROOMS if below.startswith(f"{room}.")), None)


def test_every_module_of_the_local_cloud_is_in_a_room() -> None:
    outside = {name for name in module_names("localcloud") if room_of(name) is None}
    assert outside == {"localcloud", "localcloud.sagemaker"}  # which only hold rooms


def test_the_rooms_of_the_local_cloud_stand_in_their_order() -> None:
    """Whatever a room may import stands above it in the table, so there is no circle of rooms."""
    order = list(ROOMS)

    upward = {
        room: above
        for room, allowed in ROOMS.items()
        if (above := allowed - set(order[: order.index(room)]))
    }

    assert upward == {}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_of_the_local_cloud_imports_only_what_its_line_allows(room: str) -> None:
    known = set(module_names("localcloud"))

    strangers = {
        named(path): {name for name in used if room_of(name) not in ROOMS[room] | {room, None}}
        for path in files_of("localcloud")
        if room_of(module_name(path)) == room and (used := modules_imported_by(path) & known)
    }

    assert {name: found for name, found in strangers.items() if found} == {}


def test_no_module_of_the_local_cloud_imports_itself_in_the_end() -> None:
    known = set(module_names("localcloud"))
    imports = {
        module_name(path): (modules_imported_by(path) & known)
        - {module_name(path.parent / "__init__.py")}
        for path in files_of("localcloud")
    }

    assert set(TopologicalSorter(imports).static_order()) >= known  # raises CycleError


def test_a_room_of_the_local_cloud_says_what_it_is_about_and_holds_no_code() -> None:
    rooms = [path for path in files_of("localcloud") if path.stem == "__init__"]

    silent = [named(path) for path in rooms if ast.get_docstring(tree_of(path)) is None]
    busy = [named(path) for path in rooms if len(tree_of(path).body) > 1]

    assert (silent, busy) == ([], [])
