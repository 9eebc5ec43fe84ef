"""Our source files as the tests of the architecture read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

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


def files_of(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def module_names(*packages: str) -> list[str]:
    return [module_name(path) for path in files_of(*packages)]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def modules_imported_by(path: Path) -> frozenset[str]:
    """All that a file imports, also inside functions and for types only, by its full name.

    Of `from a import b` both `a` and `a.b` are in it: b may be a module.
    """
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def packages_imported_by(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in modules_imported_by(path)}
