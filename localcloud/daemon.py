"""The local cloud as one long-running process: until a signal, in the fore- or background."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from localcloud.aws.moto_server import PortTaken
from localcloud.machine.home import AlreadyRunning, Home, Status
from localcloud.stack.deployment import PROJECT, DeploymentFailed

START_FAILURES = (AlreadyRunning, DeploymentFailed, PortTaken)
COMMANDS = Path(__file__).parent / "aws" / "commands"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 30.0  # seconds for an orderly stop, then the daemon is killed
_GLANCE = 0.1  # seconds between two looks at a daemon that starts or stops


class StartFailed(Exception):
    """The detached daemon ended before it was ready: the message is what it printed."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What may differ between local clouds; `params` are those of `serverless deploy`."""

    port: int = 0
    faults: Mapping[str, float] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    service: str = str(PROJECT)
    decisions: str = ""  # a file for what was judged by the deployed policies

    def as_argument(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, text: str) -> Options:
        return cls(**json.loads(text))


class _Signalled(BaseException):
    """Somebody wants the daemon to stop."""


def run(home: Home, options: Options, tell: Callable[[Status], None]) -> None:
    """Run until a signal comes; `tell` hears each step of the start."""
    from localcloud.in_process_cloud import running_cloud  # slow to import, as it brings moto

    def publish(status: Status) -> None:
        home.write_status(status)
        tell(status)

    def progress(step: str) -> None:
        publish(Status(pid=os.getpid(), state="starting", step=step))

    with _until_signalled(), home.held():
        _log_to(home.log)
        progress("Starting")
        cloud = running_cloud(
            home.folder,
            service=Path(options.service),
            port=options.port,
            faults=options.faults,
            params=options.params,
            decisions=Path(options.decisions) if options.decisions else None,
            progress=progress,
        )
        with cloud as environment:
            home.write_environment(environment, commands=COMMANDS)
            publish(_ready(environment))
            while True:
                signal.pause()


def _ready(environment: Mapping[str, str]) -> Status:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Status(
        pid=os.getpid(), state="ready", step="Ready", since=now, environment=dict(environment)
    )


@contextmanager
def _until_signalled() -> Iterator[None]:
    """Leave the block at the first signal; ignore more of them while it cleans up."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise _Signalled

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    except _Signalled:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _log_to(path: Path) -> None:
    logging.basicConfig(
        filename=path,
        filemode="w",
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    logging.getLogger("botocore").setLevel(logging.WARNING)


def daemon_command(home: Home, options: Options) -> list[str]:
    return [sys.executable, "-m", "localcloud.daemon", str(home.folder), options.as_argument()]


def start_detached(home: Home, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start the daemon in a session of its own; `follow` tells how it goes."""
    home.folder.mkdir(parents=True, exist_ok=True)
    with home.output.open("wb") as output:
        return subprocess.Popen(
            command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def follow(home: Home, process: subprocess.Popen[bytes]) -> Iterator[Status]:
    """Each new status of a daemon that starts, the last one says `ready`."""
    last: Status | None = None
    while last is None or last.state != "ready":
        if process.poll() is not None:
            raise StartFailed(home.output.read_text(errors="replace").strip())
        status = home.status()
        if status is not None and status != last:
            last = status
            yield status
        time.sleep(_GLANCE)


def stop(home: Home) -> bool:
    """Stop the daemon, by force if it does not listen; whether there was one."""
    deadline = time.monotonic() + _PATIENCE
    was_running = home.is_held()
    asked: int | None = None
    while home.is_held():
        status = home.status()
        late = time.monotonic() > deadline
        if status is not None and (late or asked != status.pid):
            asked = status.pid
            _signal(status.pid, signal.SIGKILL if late else signal.SIGTERM)
        time.sleep(_GLANCE)
    home.clear_leftovers()
    return was_running


def end(home: Home, process: subprocess.Popen[bytes]) -> None:
    """Stop a daemon that this process has started, whatever it is at."""
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    home.clear_leftovers()


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def main(folder: str, options: str) -> int:
    """The detached daemon; what it prints is what its starter shows when it fails."""
    try:
        run(Home(Path(folder)), Options.from_argument(options), lambda _: None)
    except START_FAILURES as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
