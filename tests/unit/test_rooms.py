"""The architecture inside the large packages as tests: which room may know which."""

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

# The rooms of each package, from the ground up: each may import those of its line, which all
# stand above it, and itself.
LOCAL_CLOUD: dict[str, set[str]] = {
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


TRAINING: dict[str, set[str]] = {
    "job": set(),
    "model": {"job"},
    "recorder": {"job"},
    "rules": {"job", "recorder"},
    "data": {"job", "model"},
    "loops": {"data", "job", "model", "recorder", "rules"},
    "search": {"data", "job", "loops", "model"},
    "report": {"data", "job", "loops", "model", "recorder", "rules", "search"},
    # The programs that SageMaker starts.
    "prepare": {"data", "job", "model", "recorder", "search"},
    "trial": {"data", "job", "loops", "model", "recorder", "rules", "search"},
    "train": {"data", "job", "loops", "model", "recorder", "report", "rules", "search"},
}

ROOMS = {"localcloud": LOCAL_CLOUD, "training_code": TRAINING}
ONLY_HOLD_ROOMS = {"localcloud", "localcloud.sagemaker", "training_code"}


def room_of(module: str) -> str | None:
    package, _, below = module.partition(".")
    return next((room for room in ROOMS[package] if f"{below}.".startswith(f"{room}.")), None)


@pytest.mark.parametrize("package", ROOMS)
def test_every_module_is_in_a_room(package: str) -> None:
    outside = {name for name in module_names(package) if room_of(name) is None}
    assert outside <= ONLY_HOLD_ROOMS


@pytest.mark.parametrize("package", ROOMS)
def test_the_rooms_stand_in_their_order(package: str) -> None:
    """Whatever a room may import stands above it in the table, so there is no circle of rooms."""
    order = list(ROOMS[package])

    upward = {
        room: above
        for room, allowed in ROOMS[package].items()
        if (above := allowed - set(order[: order.index(room)]))
    }

    assert upward == {}


@pytest.mark.parametrize(("package", "room"), [(p, room) for p in ROOMS for room in ROOMS[p]])
def test_a_room_imports_only_what_its_line_allows(package: str, room: str) -> None:
    known = set(module_names(package))

    strangers = {
        named(path): {
            name for name in used if room_of(name) not in ROOMS[package][room] | {room, None}
        }
        for path in files_of(package)
        if room_of(module_name(path)) == room and (used := modules_imported_by(path) & known)
    }

    assert {name: found for name, found in strangers.items() if found} == {}


@pytest.mark.parametrize("package", ROOMS)
def test_no_module_imports_itself_in_the_end(package: str) -> None:
    known = set(module_names(package))
    imports = {
        module_name(path): (modules_imported_by(path) & known)
        - {module_name(path.parent / "__init__.py")}
        for path in files_of(package)
    }

    assert set(TopologicalSorter(imports).static_order()) >= known  # raises CycleError


@pytest.mark.parametrize("package", ROOMS)
def test_a_room_says_what_it_is_about_and_holds_no_code(package: str) -> None:
    rooms = [path for path in files_of(package) if path.stem == "__init__"]

    silent = [named(path) for path in rooms if ast.get_docstring(tree_of(path)) is None]
    busy = [named(path) for path in rooms if len(tree_of(path).body) > 1]

    assert (silent, busy) == ([], [])
