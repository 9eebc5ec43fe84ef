"""The ledger of runs: what the fake and DynamoDB promise alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.errors import LedgerConflict
from pipeline.images import Champion
from pipeline.names import RunId
from pipeline.ports import Runs
from pipeline.run import QuotaWait, Run
from tests.fakes.surroundings import NOON
from tests.support.samples import run_in, upload


def champion_of(run: Run, version: int) -> Champion:
    return Champion(run=run.id, version=version, model_name=f"model-{run.id}", digest="d" * 64)


def promoted(runs: Runs, run: Run, version: int) -> Run:
    serving = run.advance_to("serving", at=NOON)
    assert serving
    return runs.promote(serving, replacing=run, champion=champion_of(run, version), at=NOON)


def test_a_run_is_found_as_it_was_added(runs: Runs) -> None:
    run = run_in("evaluating", quota_wait=QuotaWait(NOON, "limit is 0"), metrics={"test_loss": 0.5})

    runs.add(run)

    assert runs.find(run.id) == run


def test_an_unknown_run_is_not_found(runs: Runs) -> None:
    assert runs.find(RunId("nobodyknow")) is None
    assert runs.champion() is None
    assert list(runs.all()) == []


def test_a_run_added_twice_stays_as_it_was_first(runs: Runs) -> None:
    first = runs.add(run_in("tuning"))

    second = runs.add(run_in("preparing"))

    assert second == first
    assert runs.find(first.id) == first


def test_all_runs_come_newest_first(runs: Runs) -> None:
    older = run_in("failed", of=upload("datasets/old.zip"))
    moments = tuple(replace(m, time=m.time + timedelta(days=1)) for m in older.timeline)
    newer = replace(run_in("failed", of=upload("datasets/new.zip")), timeline=moments)
    for run in (older, newer):
        runs.add(run)

    assert [run.upload.key for run in runs.all()] == ["datasets/new.zip", "datasets/old.zip"]


def test_more_runs_than_a_page_holds_are_all_there(runs: Runs) -> None:
    for number in range(30):
        run = run_in("failed", of=upload(f"datasets/{number}.zip"), reason="r" * 60_000)
        runs.add(run)

    assert len(runs.all()) == 30


def test_a_saved_run_takes_the_place_of_the_one_before(runs: Runs) -> None:
    run = runs.add(run_in("preparing"))

    saved = runs.save(replace(run, reason="why"), replacing=run)

    assert saved.reason == "why"
    assert runs.find(run.id) == saved


def test_a_run_is_saved_however_long_its_reason_is(runs: Runs) -> None:
    run = runs.add(run_in("tuning"))
    ended = run.end("failed", reason="\x1b[31m é" * 100_000, at=NOON)
    assert ended

    saved = runs.save(replace(ended, quota_wait=QuotaWait(NOON, "é" * 500_000)), replacing=run)

    assert runs.find(run.id) == saved
    assert (saved.reason or "").isprintable()


def test_saving_over_what_has_changed_meanwhile_is_a_conflict(runs: Runs) -> None:
    run = runs.add(run_in("preparing"))
    saved = runs.save(replace(run, reason="first"), replacing=run)

    with pytest.raises(LedgerConflict):
        runs.save(replace(run, reason="second"), replacing=run)

    assert runs.find(run.id) == saved


def test_saving_a_run_that_was_never_added_is_a_conflict(runs: Runs) -> None:
    run = run_in("preparing")

    with pytest.raises(LedgerConflict):
        runs.save(run, replacing=run)


def test_the_first_promoted_run_is_the_champion(runs: Runs) -> None:
    run = runs.add(run_in("evaluating"))

    serving = promoted(runs, run, 1)

    assert runs.champion() == champion_of(run, 1)
    assert runs.find(run.id) == serving
    assert serving.state == "serving"


def test_a_promoted_run_supersedes_the_champion_before(runs: Runs) -> None:
    first = runs.add(run_in("evaluating", of=upload("datasets/a.zip")))
    second = runs.add(run_in("evaluating", of=upload("datasets/b.zip")))
    promoted(runs, first, 1)

    promoted(runs, second, 2)

    former = runs.find(first.id)
    assert former
    assert former.state == "superseded"
    assert runs.champion() == champion_of(second, 2)


def test_a_promotion_on_top_of_another_champion_changes_nothing(runs: Runs) -> None:
    first = runs.add(run_in("evaluating", of=upload("datasets/a.zip")))
    second = runs.add(run_in("evaluating", of=upload("datasets/b.zip")))
    serving = promoted(runs, first, 1)

    with pytest.raises(LedgerConflict):
        promoted(runs, second, 1)

    assert runs.champion() == champion_of(first, 1)
    assert runs.find(first.id) == serving
    assert runs.find(second.id) == second


def test_a_promotion_of_a_run_that_has_changed_changes_nothing(runs: Runs) -> None:
    first = runs.add(run_in("evaluating", of=upload("datasets/a.zip")))
    second = runs.add(run_in("evaluating", of=upload("datasets/b.zip")))
    serving = promoted(runs, first, 1)
    changed = runs.save(replace(second, reason="changed"), replacing=second)

    with pytest.raises(LedgerConflict):
        promoted(runs, second, 2)

    assert runs.champion() == champion_of(first, 1)
    assert runs.find(first.id) == serving
    assert runs.find(second.id) == changed
