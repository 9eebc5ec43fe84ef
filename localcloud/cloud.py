"""The local cloud for tests and programs: a daemon of one's own, in a folder of one's own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from localcloud.daemon import Options, daemon_command, end, follow, start_detached
from localcloud.faults import read_faults
from localcloud.machine.home import Home
from localcloud.machine.processes import guarded
from localcloud.stack.deployment import PROJECT

__all__ = ["PROJECT", "LocalCloud"]


class LocalCloud:
    """Several may run side by side. Each ends with `stop`, or with the thread that started it.

    `params` are settings of the stage, as `serverless deploy --param` takes them; `faults`
    what `kennel local up --faults` takes. `folder` keeps
    the logs and the packages that jobs required; everything else in it is removed again. A file
    `decisions` gets what was judged by the deployed policies.
    """

    def __init__(
        self,
        folder: Path,
        *,
        faults: str | None = None,
        params: Mapping[str, str] | None = None,
        service: Path = PROJECT,
        decisions: Path | None = None,
        port: int = 0,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.environment: dict[str, str] = {}
        self._home = Home(folder)
        self._options = Options(
            port=port,
            faults=read_faults(faults),
            params=dict(params or {}),
            service=str(service.absolute()),
            decisions=str(decisions.absolute()) if decisions else "",
        )
        self._progress = progress
        self._daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Return when the service answers; leave nothing behind when it cannot."""
        command = guarded(daemon_command(self._home, self._options))
        self._daemon = start_detached(self._home, command)
        try:
            for status in follow(self._home, self._daemon):
                self._progress(status.step)
                self.environment = dict(status.environment)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        if self._daemon is not None:
            end(self._home, self._daemon)
        self._daemon = None
        self.environment = {}
