"""One process of one function: started once, invoked often, killed when it fails to answer."""

from __future__ import annotations

import os
import queue
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from localcloud.aws import account
from localcloud.functions.access import Access
from localcloud.functions.function import Function
from localcloud.functions.invocation import SYNC_LIMIT, Invocation, Outcome, failure
from localcloud.functions.logs import log_group
from localcloud.functions.output import FunctionOutput
from localcloud.functions.runtime_api import Report, RuntimeApi, Work
from localcloud.machine.processes import Nursery, kill

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_INIT_LIMIT = 60.0  # AWS gives 10 s; here jobs of the same machine may hold both cores
_READY_LIMIT = 5.0  # from an answer to the request for more work: usually below 1 ms


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What all function processes share: Lambda's own packages, scratch space, addresses."""

    site: Path
    scratch: Path
    endpoints: Mapping[str, str]
    nursery: Nursery
    access: Access
    log: Callable[[Function, str, str], None]


class FunctionProcess:
    def __init__(self, function: Function, root: Path, surroundings: Surroundings) -> None:
        self.alive = True
        self.idle_since = time.monotonic()
        self._function = function
        self._began = time.monotonic()
        self._initialised = False
        self._ready = False
        self._api = RuntimeApi()
        stream = f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"
        self._process = surroundings.nursery.start(
            [sys.executable, "-P", "-S", "-s", str(_BOOTSTRAP), function.handler],
            cwd=root,
            environment=_environment(function, root, surroundings)
            | {"AWS_LAMBDA_RUNTIME_API": self._api.address, "AWS_LAMBDA_LOG_STREAM_NAME": stream},
        )
        self._output = FunctionOutput(
            self._process,
            write=lambda line: surroundings.log(function, stream, line),
            ended=self._exited,
        )

    def is_ready(self) -> bool:
        """Whether a process that has answered before can take more work: it may have died since."""
        if not self._ready:
            report = self._next_report(_READY_LIMIT, wanted=("ready",))
            self._ready = report is not None and report.kind == "ready"
        return self._ready

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run one invocation; afterwards `alive` says whether the process can take another."""
        outcome = None if self._initialised else self._initialise(invocation)
        init = 0.0 if self._initialised else time.monotonic() - self._began
        self._initialised = True
        self._output.line(f"START RequestId: {invocation.id} Version: $LATEST")
        began = time.monotonic()
        if outcome is None:
            outcome = self._run(invocation)
        line = self._report_line(invocation, duration=time.monotonic() - began, init=init)
        if not self.alive:
            self.close()
        self._output.drain()
        self._output.line(f"END RequestId: {invocation.id}")
        self._output.line(line)
        self.idle_since = time.monotonic()
        return Outcome(
            payload=outcome.payload, failed=outcome.failed, log=self._output.taken_tail()
        )

    def close(self) -> None:
        self.alive = False
        self._api.close()
        kill(self._process)
        self._output.join()

    def _initialise(self, invocation: Invocation) -> Outcome | None:
        """Wait for the imports; None when they worked, else what went wrong."""
        report = self._next_report(_INIT_LIMIT, wanted=("ready", "init_error"))
        self._ready = report is not None and report.kind == "ready"
        return None if self._ready else self._broken(report, invocation, _INIT_LIMIT)

    def _run(self, invocation: Invocation) -> Outcome:
        limit = self._function.timeout
        self._ready = False
        self._api.offer(Work(invocation, self._function.arn, time.time() + limit))
        report = self._next_report(limit, wanted=("response", "error"))
        if report is None or report.kind == "exit":
            return self._broken(report, invocation, limit)
        if len(report.body) > SYNC_LIMIT:
            rule = (
                f"Response payload size exceeded maximum allowed payload size ({SYNC_LIMIT} bytes)."
            )
            return failure("Function.ResponseSizeTooLarge", rule)
        return Outcome(payload=report.body, failed=report.kind == "error")

    def _next_report(self, limit: float, wanted: tuple[str, ...]) -> Report | None:
        """The next report of a wanted kind, or the exit; None when the time is up."""
        deadline = time.monotonic() + limit
        while (left := deadline - time.monotonic()) > 0:
            try:
                report = self._api.reports.get(timeout=left)
            except queue.Empty:
                return None
            if report.kind in wanted or report.kind == "exit":
                return report
        return None

    def _broken(self, report: Report | None, invocation: Invocation, limit: float) -> Outcome:
        self.alive = False
        if report is not None and report.kind == "init_error":
            return Outcome(payload=report.body, failed=True)
        if report is None:
            message = f"Task timed out after {limit:.2f} seconds"
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
            self._output.line(f"{now}Z {invocation.id} {message}")
            return failure("Sandbox.Timedout", f"RequestId: {invocation.id} Error: {message}")
        message = f"RequestId: {invocation.id} Error: Runtime exited with error: {report.text}"
        self._output.line(message)
        return failure("Runtime.ExitError", message)

    def _report_line(self, invocation: Invocation, *, duration: float, init: float) -> str:
        spent = duration * 1000
        line = (
            f"REPORT RequestId: {invocation.id}\tDuration: {spent:.2f} ms\t"
            f"Billed Duration: {int(spent) + 1} ms\tMemory Size: {self._function.memory} MB\t"
            f"Max Memory Used: {_peak_memory(self._process.pid)} MB"
        )
        return f"{line}\tInit Duration: {init * 1000:.2f} ms" if init else line

    def _exited(self, status: int) -> None:
        text = f"signal: {-status}" if status < 0 else f"exit status {status}"
        self._api.reports.put(Report("exit", text.encode()))


def _environment(function: Function, root: Path, surroundings: Surroundings) -> dict[str, str]:
    """Lambda's own variables win over the function's, as on Lambda; nothing else is inherited."""
    scratch = surroundings.scratch / uuid.uuid4().hex
    scratch.mkdir(parents=True)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "TMPDIR": str(scratch),
        **function.environment,
        **surroundings.endpoints,
        **surroundings.access.environment(function),
        "AWS_REGION": account.REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info[0]}.{sys.version_info[1]}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": log_group(function),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(root),
        "PYTHONPATH": f"{root}{os.pathsep}{surroundings.site}",
        "LOCALCLOUD_PARENT": str(os.getpid()),
    }


def _peak_memory(pid: int) -> int:
    """The most memory that a process has held, in MB; 0 when it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    peak = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peak[0]) // 1024 if peak else 0
