"""requirements.txt of a source bundle: checked against this machine, never installed.

A local run must not change the user's environment, and needs no network.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement


def missing_requirements(path: Path) -> str:
    """One sentence about what is not satisfied; empty when all is."""
    if not path.is_file():
        return ""
    lines = (line.partition(" #")[0].strip() for line in path.read_text().splitlines())
    findings = [finding for line in lines if (finding := unsatisfied(line))]
    if not findings:
        return ""
    return (
        f"The local cloud does not install packages, and {path.name} asks for more than this "
        f"Python has: {'; '.join(findings)}. Install them into the environment of the local cloud."
    )


def unsatisfied(line: str) -> str:
    # Options (-r, --index-url, hashes on following lines) tell pip where, not what.
    if not line or line.startswith(("#", "-")):
        return ""
    try:
        wanted = Requirement(line.rstrip("\\").partition(" --hash")[0].strip())
    except InvalidRequirement:
        return f"{line!r} is no requirement that can be checked"
    if wanted.marker and not wanted.marker.evaluate():
        return ""
    return missing(wanted)


def missing(wanted: Requirement) -> str:
    try:
        installed = version(wanted.name)
    except PackageNotFoundError:
        return f"{wanted} is not installed"
    if wanted.url or wanted.specifier.contains(installed, prereleases=True):
        return ""
    return f"{wanted} is wanted and {installed} is installed"
