"""What is pinned for Lambda is what was declared, locked and tested."""

from __future__ import annotations

import tomllib
from importlib.metadata import requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.packaging import PROJECT


def pinned(path: str) -> dict[str, str]:
    lines = (PROJECT / path).read_text().splitlines()
    pins = [
        Requirement(line) for line in lines if line.strip() and not line.lstrip().startswith("#")
    ]
    return {canonicalize_name(pin.name): str(pin.specifier) for pin in pins}


def needed(names: set[str]) -> set[str]:
    """The distributions with all that they require, as installed here."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        wanted = [Requirement(text) for text in requires(name) or []]
        extra = {"extra": ""}
        here = [one for one in wanted if one.marker is None or one.marker.evaluate(extra)]
        waiting |= {canonicalize_name(one.name) for one in here} - found
    return found


def test_every_pin_is_the_version_that_the_tests_run_with() -> None:
    locked = pinned("requirements.lock")

    for name, version in pinned("handlers/requirements.txt").items():
        assert locked[name] == version


def test_everything_that_the_functions_need_is_pinned_and_nothing_else() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    declared = {Requirement(one).name for one in project["dependency-groups"]["functions"]}

    assert set(pinned("handlers/requirements.txt")) == needed(declared)
