"""The architecture as tests: which package may know what, and what importing it may do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "cli",
    "dashboard",
    "handlers",
    "inference_code",
    "localcloud",
    "pipeline",
    "training_code",
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
# What comes from outside, and the only places that may know it.
PLACES = {
    "aws_lambda_powertools": ("pipeline/aws/", "pipeline/bootstrap.py"),
    "boto3": ("pipeline/aws/", "pipeline/bootstrap.py", "cli/", "localcloud/"),
    "botocore": ("pipeline/aws/", "pipeline/bootstrap.py", "cli/", "localcloud/"),
    "flask": ("dashboard/",),
    "moto": ("localcloud/",),
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
# Each deployable, and the one file in which it reads its environment.
ENVIRONMENT_READERS = {
    ("dashboard", "handlers", "pipeline"): {"pipeline/settings.py"},
    ("training_code",): {"training_code/environment.py"},
    ("inference_code",): set[str](),
    ("cli",): {"cli/deployment.py"},
}
# These commands start, stop or show the local cloud: it is what they are about.
ABOUT_THE_LOCAL_CLOUD = re.compile(r"cli/(local|demo)[a-z_]*\.py|cli/commands/(local|demo)\.py")


def files_of(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Top-level names of all that a file imports, also inside functions and for types only."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


def module_names(*packages: str) -> list[str]:
    paths = [path.relative_to(ROOT).with_suffix("") for path in files_of(*packages)]
    return [".".join(path.parts).removesuffix(".__init__") for path in paths]


def stems(folder: str, pattern: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob(pattern)}


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_point_inward(package: str) -> None:
    allowed = ARROWS[package] | {package}

    strangers = {
        named(path): imports_of(path) & set(PACKAGES) - allowed for path in files_of(package)
    }

    assert {name: found for name, found in strangers.items() if found} == {}


@pytest.mark.parametrize("library", PLACES)
def test_a_library_is_known_in_its_place_only(library: str) -> None:
    users = [named(path) for path in files_of(*PACKAGES) if library in imports_of(path)]

    assert [name for name in users if not name.startswith(PLACES[library])] == []


def test_no_product_code_imports_the_tests() -> None:
    assert [named(p) for p in files_of(*PACKAGES) if imports_of(p) & {"tests", "pytest"}] == []


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


IMPORT_ALL = """
import importlib, sys

def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}:
        raise AssertionError(f"{event} {arguments} while importing")

sys.addaudithook(refuse)
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


@pytest.mark.parametrize(
    "packages",
    [("pipeline", "handlers", "dashboard"), ("inference_code",), ("training_code",), ("cli",)],
    ids="-".join,
)
def test_every_module_imports_with_an_empty_environment_and_without_a_network(
    packages: tuple[str, ...],
) -> None:
    shim = (
        "import localcloud.sagemaker.containers.site.sitecustomize as shim; shim.install()\n"
        if "training_code" in packages
        else ""
    )

    done = subprocess.run(
        [sys.executable, "-B", "-c", shim + IMPORT_ALL, *module_names(*packages)],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_function_s_modules_drag_in_nothing_heavy() -> None:
    heavy = "{'torch', 'numpy', 'PIL', 'onnxruntime', 'moto', 'typer', 'rich', 'optuna'}"
    show = f"\nprint(sorted({heavy} & set(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_ALL + show, *module_names("handlers")],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"


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
