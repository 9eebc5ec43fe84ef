"""The architecture as tests: which package and which room may know what."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter

import pytest

from tests.support.source_files import (
    PACKAGES,
    files_of,
    module_name,
    module_names,
    modules_imported_by,
    named,
    packages_imported_by,
    tree_of,
)

# Package to those of ours that it may import, beside itself. Tests may import everything.
ARROWS = {
    "cli": {"localcloud", "pipeline"},
    "dashboard": {"pipeline"},
    "handlers": {"dashboard", "pipeline"},
    "inference_code": set[str](),
    "localcloud": set[str](),
    "pipeline": set[str](),
    "training_code": {"inference_code"},
}
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
AWS_CLIENTS = (
    "pipeline/aws/",
    "pipeline/bootstrap.py",
    "cli/",
    "localcloud/",
    "inference_code/s3_",
)
# What comes from outside, and the only places that may know it.
PLACES = {
    "aws_lambda_powertools": ("pipeline/aws/", "pipeline/bootstrap.py"),
    "boto3": AWS_CLIENTS,
    "botocore": AWS_CLIENTS,
    "flask": ("dashboard/",),
    "h11": ("localcloud/sagemaker/http/",),
    "moto": ("localcloud/aws/",),
    "onnxruntime": ("inference_code/", "training_code/"),
    "optuna": ("localcloud/",),
    "rich": ("cli/",),
    "sagemaker": (),
    "serverless_wsgi": ("handlers/serve_dashboard.py",),
    "smdebug": ("training_code/", "localcloud/"),
    "torch": ("training_code/", "localcloud/sagemaker/containers/site/"),
    "torchvision": ("training_code/", "localcloud/sagemaker/containers/site/"),
    "typer": ("cli/",),
}


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_point_inward(package: str) -> None:
    allowed = ARROWS[package] | {package}

    ours = set(PACKAGES) - allowed
    strangers = {named(path): packages_imported_by(path) & ours for path in files_of(package)}

    assert {name: found for name, found in strangers.items() if found} == {}


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


@pytest.mark.parametrize("library", PLACES)
def test_a_library_is_known_in_its_place_only(library: str) -> None:
    users = [named(path) for path in files_of(*PACKAGES) if library in packages_imported_by(path)]

    assert [name for name in users if not name.startswith(PLACES[library])] == []


def test_steps_know_no_aws() -> None:
    """What a service wants to be told, and in which form, is behind the ports."""
    strangers = {
        named(path): found
        for path in files_of("pipeline")
        if named(path).startswith("pipeline/steps/")
        and (found := {m for m in modules_imported_by(path) if m.startswith("pipeline.aws")})
    }

    assert strangers == {}


def test_any_is_said_only_where_events_are_parsed() -> None:
    speakers = {
        named(path)
        for path in files_of("dashboard", "handlers", "pipeline")
        if any(
            (isinstance(node, ast.alias) and node.name == "Any")
            or (isinstance(node, ast.Attribute) and node.attr == "Any")
            for node in ast.walk(tree_of(path))
        )
    }

    assert speakers == {"pipeline/aws/parse_events.py"}


def test_no_product_code_imports_the_tests() -> None:
    users = [p for p in files_of(*PACKAGES) if packages_imported_by(p) & {"tests", "pytest"}]

    assert users == []
