"""The architecture as tests: which package may know what."""

from __future__ import annotations

import ast

import pytest

from tests.support.source_files import (
    PACKAGES,
    files_of,
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
    "optuna": ("localcloud/", "training_code/search/"),
    "pyarrow": ("cli/lake_parquet.py",),
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
