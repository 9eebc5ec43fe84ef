"""Images without an answer: whose fault it was, who is tried again, and who is given up."""

from __future__ import annotations

from collections.abc import Callable

from pipeline import batch_records
from pipeline.names import BatchId, batch_key
from pipeline.steps.batches import reconcile_batches, start_batch
from tests.fakes.services import FakeServices
from tests.support.batch_story import (
    answer,
    batch_in_flight,
    document,
    drop,
    end,
    keys_in_flight,
    referred,
    rows,
    waiting_images,
    with_batch_of,
)
from tests.support.image_costs import costs_row

CRASH = "AlgorithmError: the container ended"
NO_ROOM = "CapacityError: no instances"


def run_until_idle(
    services: FakeServices, job: Callable[[BatchId], None], *, most: int = 60
) -> int:
    """Batches as they come, each ended by `job`; how many there were."""
    for number in range(most):
        flights = services.images.in_flight()
        if not flights and not waiting_images(services):
            return number
        for batch in flights:
            job(batch)
        services.clock.advance(hours=7)
        reconcile_batches(services)
    raise AssertionError(f"after {most} jobs {waiting_images(services)} still wait")


def test_what_has_no_answer_is_tried_again_in_halves() -> None:
    services = with_batch_of(*(f"images/{name}.jpg" for name in "abcd"))

    end(services, batch_in_flight(services), failed=CRASH)

    one = keys_in_flight(services)
    batch = batch_in_flight(services)
    answer(services, batch)
    end(services, batch)
    other = keys_in_flight(services)
    halves = [["images/a.jpg", "images/b.jpg"], ["images/c.jpg", "images/d.jpg"]]
    assert sorted([one, other]) == halves


def test_a_batch_s_record_tells_what_its_images_have_cost() -> None:
    services = with_batch_of("images/a.jpg", "images/b.jpg")
    batch = batch_in_flight(services)
    predicted = answer(services, batch)
    services.objects.write(predicted.key, services.objects.read(predicted.key) + costs_row(2))

    end(services, batch)

    record = batch_records.load(services.objects.read(batch_key(batch, "batch.json")))
    assert (record.costs["images"], record.costs["decode_seconds"]) == (2, 0.008)
    assert len(rows(services, batch)) == 2


def test_only_the_image_that_ends_every_container_is_given_up() -> None:
    names = [f"images/{number:02d}.jpg" for number in range(20)]
    services = with_batch_of(*names)
    guilty = "images/07.jpg"

    def job(batch: BatchId) -> None:
        if guilty in [image.key for image in referred(services, batch)]:
            end(services, batch, failed=CRASH)
        else:
            answer(services, batch)
            end(services, batch)

    drop(services, "images/later.jpg")
    run_until_idle(services, job)

    assert document(services, guilty)["error"]["code"] == "not_predicted"
    sound = [name for name in [*names, "images/later.jpg"] if name != guilty]
    assert all(document(services, name)["decision"] == "accept" for name in sound)
    assert services.notices.subjects[-1] == f"Kennel: no prediction for {guilty}"
    assert services.telemetry.counts["ImagesFailed"] == 1


def test_an_image_alone_is_not_given_up_while_the_model_answers_nobody() -> None:
    services = with_batch_of("images/a.jpg")

    for _ in range(5):
        end(services, batch_in_flight(services), failed=CRASH)
        services.clock.advance(hours=7)
        start_batch(services)

    assert services.objects.list("predictions/a") == []
    assert [image.attempts for image in waiting_images(services)] == [5]
    assert services.notices.subjects == ["Kennel: images wait, as jobs give no answers"]


def test_an_image_that_never_has_an_answer_is_given_up_at_last() -> None:
    services = with_batch_of("images/a.jpg")

    jobs = run_until_idle(services, lambda batch: end(services, batch, failed=CRASH))

    assert jobs == 12
    assert document(services, "images/a.jpg")["error"] == {
        "code": "not_predicted",
        "message": f"12 jobs gave no answer for this image; the last: {CRASH}",
    }
    [batch] = {path.split("/")[2] for path in services.objects.list("predictions/_batches/")}
    assert [row["decision"] for row in rows(services, BatchId(batch))] == ["unreadable"]


def test_a_batch_concluded_again_after_an_interruption_has_the_same_end() -> None:
    services = with_batch_of("images/a.jpg", "images/b.jpg")
    batch = batch_in_flight(services)
    answer(services, batch, without={"images/b.jpg"})
    before = services.images.flights()
    end(services, batch, failed=CRASH)
    waited = services.objects.list("waiting/")
    # As if the function had been ended before it let go of the batch.
    services.images.save_flights(before, replacing=services.images.flights())

    end(services, batch, failed=CRASH)

    assert services.objects.list("waiting/") == waited
    assert services.notices.subjects == []
