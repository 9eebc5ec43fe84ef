"""Which deployment the commands talk to: the one in the environment, or this folder's local one."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.mistakes import Mistake

MEND = (
    "run `kennel local up`, then `source .kennel/local.env`; "
    "for AWS, export what `npx serverless deploy` printed"
)


@dataclass(frozen=True)
class Deployment:
    """The addresses of one deployment; asking for one that is not set is the user's mistake."""

    variables: Mapping[str, str]

    @property
    def bucket(self) -> str:
        return self._needed("KENNEL_BUCKET")

    @property
    def url(self) -> str:
        url = self._needed("KENNEL_URL").rstrip("/")
        if not url.startswith(("http://", "https://")):
            raise Mistake(f"KENNEL_URL={url!r} is not a web address: it begins with https://.")
        return url

    @property
    def knows_url(self) -> bool:
        return bool(self.variables.get("KENNEL_URL"))

    @property
    def knows_bucket(self) -> bool:
        return bool(self.variables.get("KENNEL_BUCKET"))

    def _needed(self, name: str) -> str:
        if not self.variables.get(name):
            raise Mistake(f"{name} is not set: {MEND}.")
        return self.variables[name]


def read_deployment() -> Deployment:
    """The deployment that the environment names, or the local cloud of the current folder.

    The local cloud's file is taken as a whole, its credentials included: a mixture of both
    would send the one's requests with the other's keys.
    """
    if not os.environ.get("KENNEL_BUCKET") and local_environment_file().is_file():
        return local_deployment()
    return Deployment(dict(os.environ))


def local_deployment() -> Deployment:
    """The local cloud of the current folder, whatever else the environment names."""
    _take(exported(local_environment_file().read_text()))
    return Deployment(dict(os.environ))


def _take(variables: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(variables)


def kennel_home() -> Path:
    return Path(os.environ.get("KENNEL_HOME") or ".kennel")


def local_environment_file() -> Path:
    return kennel_home() / "local.env"


def exported(text: str) -> dict[str, str]:
    """The variables of `export NAME=value` lines, quoted as a shell would.

    PATH is for shells alone: what it says there is put together by the shell itself.
    """
    words = [word for line in text.splitlines() for word in shlex.split(line, comments=True)]
    pairs = (word.partition("=") for word in words if "=" in word)
    return {name: value for name, _, value in pairs if name != "PATH"}
