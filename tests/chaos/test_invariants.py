"""The invariants see what they are there for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.names import RunId
from pipeline.run import Run
from tests.chaos.invariants import violations
from tests.chaos.profiles import Profile
from tests.chaos.world import World


@pytest.fixture
def world() -> World:
    """One in which a run has come to serve, and all is well."""
    settled = World(1, Profile())
    settled.run()
    assert violations(settled) == []
    return settled


def serving(world: World) -> Run:
    [run] = [run for run in world.services.runs.all() if run.state == "serving"]
    return run


def violated(world: World) -> set[str]:
    return {violation.invariant for violation in violations(world)}


def test_a_run_that_nobody_was_told_of_is_seen(world: World) -> None:
    world.account.messages.published.clear()

    assert violated(world) == {"a run ends with a notice"}


def test_a_run_that_still_works_is_seen(world: World) -> None:
    run = serving(world)
    world.services.runs.save(replace(run, timeline=run.timeline[:2]), replacing=run)

    assert "every run ends" in violated(world)


def test_a_run_that_failed_for_nothing_is_seen(world: World) -> None:
    run = serving(world)
    failed = run.end("failed", reason="", at=world.agenda.now())
    assert failed is None  # it serves
    working = replace(run, timeline=run.timeline[:2])
    ended = working.end("failed", reason="", at=world.agenda.now())
    assert ended is not None
    world.services.runs.save(ended, replacing=run)

    assert {"no sound run fails", "a run ends with a reason"} <= violated(world)


def test_a_job_that_works_on_for_an_ended_run_is_seen(world: World) -> None:
    name = serving(world).jobs["tuning"]
    [job] = [one for one in world.account.sagemaker.jobs() if one.name == name]
    job.update(HyperParameterTuningEndTime=world.agenda.now().timestamp() + 1e6)

    assert violated(world) == {"no job works for an ended run"}


def test_two_models_that_serve_are_seen(world: World) -> None:
    run = serving(world)
    other = RunId(run.id[:-1] + ("a" if run.id.endswith("z") else "z"))
    world.services.runs.add(replace(run, id=other))

    assert "one model serves" in violated(world)


def test_an_upload_without_a_run_is_seen(world: World) -> None:
    world.account.s3.put("datasets/unheard.zip", b"a zip")

    assert violated(world) == {"every upload has a run"}
