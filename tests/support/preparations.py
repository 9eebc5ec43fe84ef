"""Preparations that run a program of the test's own, and how they end."""

from __future__ import annotations

import io
import tarfile
from itertools import count

from pipeline.names import VERDICT, checked_folder, job_name, run_key
from pipeline.ports import JobOutcome, Jobs, Objects
from pipeline.run import Run
from tests.support.samples import SETTINGS, run_in, upload
from tests.support.waiting import eventually

WORKS = "import time\n\ntime.sleep(60)\n"  # until it is stopped
numbers = count()


def bundle_of(program: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member = tarfile.TarInfo("training_code/prepare.py")
        member.size = len(program)
        tar.addfile(member, io.BytesIO(program.encode()))
    return packed.getvalue()


def new_run(objects: Objects) -> Run:
    """A run of its own, with the verdict and the zip that its preparation reads."""
    run = run_in("preparing", of=upload(version=f"v{next(numbers)}", size=5))
    objects.write(run_key(run.id, VERDICT), b"{}")
    objects.write(f"{checked_folder(run.id)}dataset.zip", b"a zip")
    return run


def name_of(run: Run) -> str:
    return job_name(SETTINGS, "preparation", run.id)


def ended(jobs: Jobs, run: Run) -> JobOutcome:
    return eventually(
        lambda: jobs.outcome("preparation", name_of(run)), lambda outcome: outcome.status
    )
