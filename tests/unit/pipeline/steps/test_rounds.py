"""A round of reconcile goes on whatever one subject does to it."""

from __future__ import annotations

from functools import partial

from pipeline.rounds import KILLED, Look
from pipeline.run import Run
from pipeline.steps.reconcile import reconcile_all
from pipeline.steps.rounds import LONGEST_ROUND, Round, Subject
from tests.fakes.services import FakeServices, fake_services
from tests.support.job_outputs import leave_training, packed
from tests.support.samples import artifact_of, run_in, upload


class Killed(BaseException):
    """The function is ended: by no exception that anybody catches."""


def with_a_broken_run() -> tuple[FakeServices, Run, Run]:
    """Its training has left figures that nobody expected."""
    broken = run_in("training", of=upload("datasets/broken.zip"))
    sound = run_in("tuning", of=upload("datasets/sound.zip"))
    services = fake_services(broken, sound)
    leave_training(services, broken)
    folder = artifact_of(broken.id).removeprefix(f"s3://{services.settings.bucket}/")
    reports = packed({"metrics.json": b"{}", "test_predictions.jsonl": b""})
    services.objects.write(folder.replace("model.tar.gz", "output.tar.gz"), reports)
    return services, broken, sound


def looked_at(services: FakeServices, *names: str, killing: str = "") -> list[str]:
    seen: list[str] = []

    def look(name: str) -> None:
        seen.append(name)
        services.clock.advance(minutes=1)
        if name == killing:
            raise Killed

    a_round = Round(services)
    try:
        a_round.look_after([Subject(name, partial(look, name)) for name in names])
    except Killed:
        services.clock.advance(minutes=10)
    return seen


def test_a_broken_run_keeps_no_other_from_being_looked_after() -> None:
    services, _, sound = with_a_broken_run()

    reconcile_all(services)

    assert f"kennel-test-tuning-{sound.id}" in services.jobs.names()


def test_a_run_that_cannot_be_helped_is_told_of_once_and_counted_each_time() -> None:
    services, broken, _ = with_a_broken_run()

    for _ in range(3):
        reconcile_all(services)
        services.clock.advance(minutes=10)

    assert services.notices.subjects == [f"Kennel: run {broken.id} cannot be looked after"]
    assert services.telemetry.counts["ReconcileTroubles"] == 3
    assert services.dead_letters.kept == []


def test_a_run_that_cannot_be_helped_fails_at_the_end_of_the_patience() -> None:
    services, broken, _ = with_a_broken_run()

    for _ in range(25):
        reconcile_all(services)
        services.clock.advance(hours=1)

    failed = services.run(broken)
    assert (failed.state, failed.undelivered) == ("failed", "training")
    assert "nothing could take it on for 24 h (KeyError: " in (failed.reason or "")
    assert services.notices.subjects[-1] == "Kennel: datasets/broken.zip is failed"


def test_what_gave_trouble_and_gives_none_any_more_would_be_told_of_again() -> None:
    services = fake_services()

    for error in (OSError("gone"), None, OSError("gone")):
        Round(services).look_after([Subject("run a", partial(_raise, error))])

    assert services.notices.subjects == ["Kennel: run a cannot be looked after"] * 2


def test_a_reason_that_differs_by_an_id_alone_is_told_once() -> None:
    services = fake_services()

    for request in ("5a3c9e21-77", "99ffab12-03"):
        error = OSError(f"request {request} failed")
        Round(services).look_after([Subject("run a", partial(_raise, error))])

    assert len(services.notices.published) == 1


def test_who_ended_the_round_before_is_named_and_comes_last() -> None:
    services = fake_services()
    assert looked_at(services, "a", "b", "c", killing="a") == ["a"]

    assert looked_at(services, "a", "b", "c") == ["b", "c", "a"]

    assert services.notices.published[0][1]["reason"] == KILLED
    assert services.notices.subjects == ["Kennel: a cannot be looked after"]


def test_a_round_whose_time_is_over_is_gone_on_with_by_the_next() -> None:
    services = fake_services()
    names = [f"run {letter}" for letter in "abcdefgh"]
    minutes = int(LONGEST_ROUND.total_seconds() // 60)

    first, second = looked_at(services, *names), looked_at(services, *names)

    assert first == names[:minutes]
    assert second[:minutes] == names[minutes : 2 * minutes]


def test_what_another_round_looks_at_just_now_is_left_to_it() -> None:
    services = fake_services()
    services.rounds.save("a", Look(began=services.clock.now()))

    assert looked_at(services, "a", "b") == ["b"]


def test_batches_that_ended_the_round_before_come_behind_the_runs() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    services.rounds.save("batches", Look(began=services.clock.now()))
    services.clock.advance(minutes=10)

    reconcile_all(services)

    assert services.notices.subjects == ["Kennel: batches cannot be looked after"]
    assert services.jobs.names() == [f"kennel-test-tuning-{run.id}"]


def test_who_needs_no_care_any_more_is_forgotten() -> None:
    run = run_in("tuning")
    services = fake_services(run)
    services.rounds.save("run of old", Look(began=services.clock.now(), ended=True))

    reconcile_all(services)

    assert sorted(services.rounds.looks()) == ["batches", "images", f"run {run.id}", "uploads"]


def _raise(error: Exception | None) -> None:
    if error:
        raise error
