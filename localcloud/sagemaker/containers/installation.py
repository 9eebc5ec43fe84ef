"""Installs what a requirements.txt asks for, as AWS's toolkits do before they run user code."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from localcloud.sagemaker.containers.environments import Environment, Install
from localcloud.sagemaker.containers.layout import Layout, network_environment
from localcloud.sagemaker.containers.process import Command, Ends, JobProcess
from localcloud.sagemaker.containers.requirements import Requirements
from localcloud.sagemaker.region.errors import JobFailed

TAIL_LINES = 10


def installing(
    requirements: Requirements, layout: Layout, *, ends: Ends, on_line: Callable[[str], None]
) -> Install:
    """What runs pip in an environment, into the job's log; JobFailed when pip cannot."""

    def install(environment: Environment) -> None:
        tail: deque[str] = deque(maxlen=TAIL_LINES)

        def keep(line: str) -> None:
            tail.append(line)
            on_line(line)

        command = _pip_install(requirements, layout, environment)
        ended = JobProcess(command, keep).wait(ends)
        if not ended.succeeded:
            spoken = " ".join(command.arguments)
            raise JobFailed(
                f"AlgorithmError: InstallRequirementsError:\nExitCode {ended.code}\n"
                f'ErrorMessage "{complaint(tail)}"\nCommand "{spoken}", exit code: {ended.code}'
            )

    return install


def _pip_install(requirements: Requirements, layout: Layout, environment: Environment) -> Command:
    return Command(
        arguments=[environment.python, "-m", "pip", "install", "-r", requirements.path.name],
        environment={
            **network_environment(),
            "PATH": environment.path,
            "TMPDIR": str(layout.temporary),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        },
        folder=requirements.path.parent,
        opt_ml=layout.root,
        is_top=False,
    )


def complaint(lines: deque[str]) -> str:
    """pip's errors; without one, the last that it said."""
    errors = [line for line in lines if line.startswith("ERROR")]
    return " ".join(errors or list(lines)[-1:])
