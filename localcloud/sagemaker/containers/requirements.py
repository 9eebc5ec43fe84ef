"""requirements.txt of a source bundle or a model: whether pip has anything to do, and for what."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

EDITABLE = ("-e", "--editable")
INCLUDES = (*EDITABLE, "-r", "--requirement", "-c", "--constraint")


class Requirements:
    """One file, which need not exist: then nothing is required."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text() if path.is_file() else ""
        lines = (line.partition(" #")[0].strip() for line in text.splitlines())
        self._lines = [line for line in lines if line and not line.startswith("#")]

    @property
    def satisfied(self) -> bool:
        """Whether the engine's own packages suffice; if that is in doubt, pip shall look."""
        return all(_is_satisfied(line) for line in self._lines)

    @property
    def editable(self) -> bool:
        return any(line.startswith(EDITABLE) for line in self._lines)

    def content(self) -> list[bytes]:
        """What decides about the packages: the file, and what lies beside it if it names files."""
        if not any(_names_file(line) for line in self._lines):
            return [self.path.read_bytes()]
        beside = sorted(path for path in self.path.parent.rglob("*") if path.is_file())
        return [part for path in beside for part in (bytes(path.name, "utf-8"), path.read_bytes())]


NO_REQUIREMENTS = Requirements(Path("/nonexistent"))


def _parsed(line: str) -> Requirement | None:
    try:
        return Requirement(line.rstrip("\\").partition(" --hash")[0].strip())
    except InvalidRequirement:
        return None


def _names_file(line: str) -> bool:
    if line.startswith(("-f", "--find-links")):
        return not line.lstrip("-findlks= ").startswith(("/", "http:", "https:"))
    if line.startswith("-"):
        return line.startswith(INCLUDES)
    wanted = _parsed(line)
    return wanted is None or (wanted.url or "").startswith("file:")


def _is_satisfied(line: str) -> bool:
    if line.startswith("-"):  # other options tell pip where, not what
        return not line.startswith(INCLUDES)
    wanted = _parsed(line)
    if wanted is None or wanted.url or wanted.extras:
        return False
    if wanted.marker and not wanted.marker.evaluate():
        return True
    try:
        installed = version(wanted.name)
    except PackageNotFoundError:
        return False
    return wanted.specifier.contains(installed, prereleases=True)
