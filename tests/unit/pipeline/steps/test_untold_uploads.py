from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.steps.dataset import accept_dataset
from pipeline.steps.reconcile import reconcile_all
from pipeline.steps.untold_uploads import MOST_AT_ONCE
from tests.fakes.services import FakeServices, fake_services
from tests.support.samples import dataset_zip
from tests.support.uploads import only_run, uploaded


@pytest.fixture
def services() -> FakeServices:
    """A zip has been put under datasets/ ten minutes ago, and no event has told."""
    services = fake_services()
    uploaded(services)
    services.clock.advance(minutes=10)
    return services


def test_an_upload_of_which_no_event_has_told_begins_its_run(services: FakeServices) -> None:
    reconcile_all(services)

    run = only_run(services)
    assert (run.state, run.upload.key) == ("preparing", "datasets/dogs.zip")
    assert services.jobs.names() == [f"kennel-test-preparation-{run.id}"]
    assert "upload was missed" in services.telemetry.messages


def test_it_is_the_run_that_its_event_would_have_begun(services: FakeServices) -> None:
    reconcile_all(services)
    told = replace(only_run(services).upload, sequencer="0062E99A88DC407460")

    accept_dataset(told, services)

    assert only_run(services).id == told.run
    assert len(services.jobs.names()) == 1


def test_an_upload_that_was_refused_is_not_judged_again() -> None:
    services = fake_services()
    accept_dataset(uploaded(services, b"no zip at all"), services)
    services.clock.advance(minutes=10)

    reconcile_all(services)

    assert len(only_run(services).timeline) == 1
    assert "upload was missed" not in services.telemetry.messages


def test_a_zip_whose_event_may_be_on_its_way_is_left_to_it() -> None:
    services = fake_services()
    uploaded(services)
    services.clock.advance(minutes=1)

    reconcile_all(services)

    assert services.runs.all() == []


def test_a_zip_that_has_lain_there_for_days_begins_nothing(services: FakeServices) -> None:
    services.clock.advance(days=3)

    reconcile_all(services)

    assert services.runs.all() == []


def test_only_what_lies_there_now_begins_a_run(services: FakeServices) -> None:
    newest = services.objects.put("datasets/dogs.zip", dataset_zip())
    services.objects.put("datasets/gone.zip", dataset_zip())
    services.objects.delete_many(["datasets/gone.zip"])
    services.objects.put("datasets/dogs.json", b"{}")
    services.objects.put("datasets/cats/", b"")
    services.clock.advance(minutes=10)

    reconcile_all(services)

    assert only_run(services).upload.version == newest


def test_what_is_no_zip_is_answered_although_no_event_has_told() -> None:
    services = fake_services()
    services.objects.put("datasets/dogs.tar.gz", b"\x1f\x8b")
    services.clock.advance(minutes=10)

    reconcile_all(services)

    assert "is no zip" in (only_run(services).reason or "")


def test_of_very_many_some_have_their_turn_next_time() -> None:
    services = fake_services()
    for number in range(MOST_AT_ONCE + 3):
        services.objects.put(f"datasets/{number:03}.zip", b"no zip at all")
    services.clock.advance(minutes=10)

    reconcile_all(services)
    begun = len(services.runs.all())
    reconcile_all(services)

    assert (begun, len(services.runs.all())) == (MOST_AT_ONCE, MOST_AT_ONCE + 3)


def test_a_zip_that_cannot_be_taken_in_does_not_keep_the_others(services: FakeServices) -> None:
    services.objects.put("datasets/wolves.zip", dataset_zip())
    services.clock.advance(minutes=10)
    services.objects.break_reading("datasets/dogs.zip", OSError("connection lost"))

    reconcile_all(services)

    dogs, wolves = sorted(services.runs.all(), key=lambda run: run.upload.key)
    assert (dogs.undelivered, wolves.undelivered) == ("preparing", None)
    assert services.jobs.names() == [f"kennel-test-preparation-{wolves.id}"]
