"""What a batch reads: the versions that were taken in, as far as the bucket hands them out."""

from __future__ import annotations

from pipeline.steps.batches import start_batch
from tests.fakes.services import fake_services
from tests.support.batch_story import batch_in_flight, document, drop, end
from tests.support.job_outputs import answered, leave_answers
from tests.support.samples import CHAMPION


def test_a_batch_reads_copies_under_plain_names() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/café red/100% dog.jpg", "images/b+c.jpg")

    start_batch(services)

    batch = batch_in_flight(services)
    copies = services.objects.read_many(services.objects.list(f"batches/{batch}/input/"))
    assert sorted(copies.values()) == [b"images/b+c.jpg", "images/café red/100% dog.jpg".encode()]


def test_the_version_that_was_taken_in_is_predicted_whatever_lies_there_now() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    services.objects.put("images/a.jpg", b"its event is still on the way")

    start_batch(services)

    copy = f"batches/{batch_in_flight(services)}/input/00000"
    assert services.objects.read(copy) == b"images/a.jpg"


def test_an_image_that_the_bucket_does_not_hand_out_holds_no_other_up() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/b.jpg")
    services.objects.refuse("images/a.jpg", "AccessDenied")
    start_batch(services)
    batch = batch_in_flight(services)
    leave_answers(services, batch, n00001=answered(0.9, 0.1))

    end(services, batch)

    assert services.objects.exists("predictions/b.jpg.json")
    written = document(services, "images/a.jpg")
    assert written["error"] == {
        "code": "not_predicted",
        "message": "3 batches gave no answer for this image; the last: AccessDenied",
    }
    assert services.images.count() == 0
    assert services.images.in_flight() == {}


def test_an_image_deleted_before_it_was_read_gets_no_document_and_holds_nothing_up() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", "images/b.jpg")
    services.objects.destroy("images/a.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    leave_answers(services, batch, n00001=answered(0.9, 0.1))

    end(services, batch)

    assert services.objects.list("predictions/b") == ["predictions/b.jpg.json"]
    assert not services.objects.exists("predictions/a.jpg.json")
    assert services.images.count() == 0
    assert services.telemetry.counts["ImagesDeletedUnread"] == 1


def test_a_batch_of_which_every_image_was_deleted_ends_without_a_job() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg")
    services.objects.destroy("images/a.jpg")

    start_batch(services)

    assert services.jobs.names() == []
    assert services.images.in_flight() == {}
    assert services.images.count() == 0


def test_an_image_of_the_largest_size_allowed_goes_to_the_model() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/a.jpg", size=20 * 1024 * 1024)

    start_batch(services)

    assert len(services.jobs.names()) == 1
