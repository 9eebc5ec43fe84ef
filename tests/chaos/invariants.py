"""What must hold when everything is over, whatever went wrong before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from localcloud.sagemaker.region.records import Record
from pipeline.names import DATASETS, JobKind, subject_of
from pipeline.run import ANNOUNCED, Run
from tests.chaos.agenda import TICK
from tests.chaos.image_invariants import of_images
from tests.chaos.jobs import STOPPING
from tests.chaos.outputs import ANOTHER_ZIP, MISSING
from tests.chaos.violations import Violation
from tests.chaos.world import World
from tests.support.samples import SETTINGS

NEEDS_REASON = {"failed", "stopped", "declined", "rejected"}
WELL = {"serving", "superseded"}
KINDS: tuple[JobKind, ...] = ("preparation", "tuning", "training", "evaluation")


def violations(world: World) -> list[Violation]:
    runs = world.services.runs.all()
    found = [*_of_runs(world, runs), *_of_jobs(world, runs), *_of_functions(world)]
    return [*found, *_of_champion(world, runs), *of_images(world)]


def _of_runs(world: World, runs: Iterable[Run]) -> Iterator[Violation]:
    told = [json.loads(body) for _, body in world.account.messages.published]
    for run in runs:
        if run.is_working:
            yield Violation("every run ends", f"{run.id} is {run.state}")
            continue
        if run.state in NEEDS_REASON and not run.reason:
            yield Violation("a run ends with a reason", f"{run.id} is {run.state}")
        heard = {body.get("state") for body in told if body.get("run") == run.id}
        for state in {moment.state for moment in run.timeline} & ANNOUNCED:
            if state not in heard and not (state == "preparing" and run.state != "preparing"):
                yield Violation("a run ends with a notice", f"{run.id} is {run.state}: {state}")
        if run.id in world.people.stopped and run.state != "stopped":
            yield Violation("a stopped run stays stopped", f"{run.id} is {run.state}")
        yield from _of_end(world, run)
    known = {run.upload.version for run in runs}
    for key in world.account.s3.below(DATASETS):
        version = world.account.s3.versions[key][-1].id
        if key.endswith(".zip") and version not in known:
            yield Violation("every upload has a run", f"{key} {version}")


def _of_end(world: World, run: Run) -> Iterator[Violation]:
    """A run that nothing of its own stood against has served."""
    if run.state in WELL or run.id in world.people.asked:
        return
    own = {kind for kind in KINDS if _failed_by_itself(world, run, kind)}
    # Whoever overwrites or deletes a zip while its run reads it ends that run.
    changed = world.account.s3.find(run.upload.key)
    taken_away = changed is None or changed.id != run.upload.version
    if run.state == "failed" and own:
        return
    if run.state == "declined" and _is_outdone(world, run):
        return
    if taken_away and (
        run.state == "rejected" or any(t in (run.reason or "") for t in (ANOTHER_ZIP, MISSING))
    ):
        return
    yield Violation("no sound run fails", f"{run.id} is {run.state}: {run.reason}")


def _is_outdone(world: World, run: Run) -> bool:
    """Whether a newer upload has served before this one was ready to."""
    return any(
        other.state in WELL and (other.upload.version or "") > (run.upload.version or "")
        for other in world.services.runs.all()
    )


def _failed_by_itself(world: World, run: Run, kind: JobKind) -> bool:
    fates = world.jobs.fates
    if any(_is_of(name, run, kind) for name in fates.own_fault):
        return True
    # SageMaker's own faults end a run, too, when they do not end.
    unlucky = [name for name in fates.no_room if _is_of(name, run, kind)]
    return len(unlucky) >= world.settings.job_attempts


def _is_of(job: str, run: Run, kind: JobKind) -> bool:
    try:
        return subject_of(job, SETTINGS, kind)[0] == run.id
    except ValueError:
        return False


def _of_jobs(world: World, runs: Iterable[Run]) -> Iterator[Violation]:
    jobs = list(world.account.sagemaker.jobs())
    for run in runs:
        for kind in KINDS:
            own = [job for job in jobs if _is_of(job.name, run, kind)]
            done = [job.name for job in own if job.status == "Completed"]
            if len(done) > 1:
                yield Violation("one job a stage", f"{run.id} {kind}: {done} have completed")
            if not run.is_working:
                yield from _left_working(own, max(moment.time for moment in run.timeline))


def _left_working(jobs: Iterable[Record], ended: datetime) -> Iterator[Violation]:
    """A job may be stopped by the next sweep; until then it may not get its work done."""
    for job in jobs:
        end = job.get(f"{job.kind.stem.removesuffix('Job')}EndTime")
        late = timedelta(seconds=end - ended.timestamp()) if end else timedelta.max
        if late > TICK + 2 * STOPPING or (late > STOPPING and job.status != "Stopped"):
            text = f"{job.name} is {job.status} {late} after its run has ended"
            yield Violation("no job works for an ended run", text)


def _of_functions(world: World) -> Iterator[Violation]:
    if world.profile.only_twice:
        for failure in world.functions.failures:
            yield Violation("what comes twice fails nothing", failure)
        for message in world.account.messages.queues["DeadLettersQueue"].messages:
            yield Violation("what comes twice leaves no letter", message.body[:200])


def _of_champion(world: World, runs: Iterable[Run]) -> Iterator[Violation]:
    passed = [run for run in runs if run.state in WELL]
    serving = [run.id for run in passed if run.state == "serving"]
    champion = world.services.runs.champion()
    if bool(passed) != bool(champion) or len(serving) != bool(champion):
        yield Violation("one model serves", f"{serving} serve, {champion} is the champion")
    elif champion and serving != [champion.run]:
        yield Violation("one model serves", f"{serving} serve, not {champion.run}")
    # Versions of a versioned bucket are counted up here.
    newest = max(passed, key=lambda run: run.upload.version or "", default=None)
    if newest and newest.state != "serving":
        yield Violation("the newest upload serves", f"{newest.id} is {newest.state}")
