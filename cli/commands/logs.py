"""`kennel logs`: what a job printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from cli.deployment import Deployment, read_deployment
from cli.mistakes import Mistake

if TYPE_CHECKING:
    from cli.job_logs import JobLog

RUN_ID = re.compile(r"[a-z2-7]{1,10}")
KINDS = ("preparation", "tuning", "training", "evaluation")


def logs(
    job: Annotated[
        str, typer.Argument(metavar="JOB", help="A job's name, or a run's id (its latest job).")
    ],
    kind: Annotated[
        str | None, typer.Option(help=f"With a run's id: which job, {', '.join(KINDS)}.")
    ] = None,
    follow: Annotated[bool, typer.Option(help="Go on until the job has ended.")] = False,
) -> None:
    """Print a job's log from CloudWatch, oldest line first."""
    from cli.clients import logs as logs_client
    from cli.clients import sagemaker
    from cli.job_logs import JobLog, job_status

    name = _job_name(read_deployment(), job, kind)
    log = JobLog(logs_client(), name)
    if not follow and not log.exists:
        known = job_status(sagemaker(), name)
        raise Mistake(
            f"Job {name} is {known} and has written nothing yet: add --follow to wait."
            if known
            else f"There is no job {name!r}: `kennel runs show` names a run's jobs."
        )
    printed = _print(log)
    if follow:
        printed += _print_until_ended(log, name)
    if not printed:
        status = job_status(sagemaker(), name)
        raise Mistake(f"Job {name} is {status} and has written nothing.")


def _print_until_ended(log: JobLog, name: str) -> int:
    import time

    from cli.clients import sagemaker
    from cli.job_logs import ENDED, job_status

    printed = 0
    while (status := job_status(sagemaker(), name)) not in ENDED:
        if status is None:
            raise Mistake(f"There is no job {name!r}: `kennel runs show` names a run's jobs.")
        time.sleep(1)
        printed += _print(log)
    return printed + _print(log)  # what came between the last look and the end


def _print(log: JobLog) -> int:
    """How many lines that were."""
    from cli.terminal import print_text

    lines = log.new_lines()
    for line in lines:
        print_text(line.text)
    return len(lines)


def _job_name(deployment: Deployment, job: str, kind: str | None) -> str:
    if kind is not None and kind not in KINDS:
        raise Mistake(f"--kind {kind} is no kind of job: choose one of {', '.join(KINDS)}.")
    if not RUN_ID.fullmatch(job):
        return job
    from cli.connection import runs_api

    run = runs_api(deployment).named(job)
    jobs: dict[str, str] = run["jobs"] or {}
    begun = [name for name in KINDS if name in jobs]
    if not begun or (kind is not None and kind not in jobs):
        raise Mistake(
            f"Run {run['run']} has no {kind or ''} job yet: it has {', '.join(begun) or 'none'}."
        )
    return jobs[kind or begun[-1]]
