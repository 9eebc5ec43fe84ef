from __future__ import annotations

import pytest

from handlers import on_dataset_uploaded
from pipeline.errors import UnknownEvent
from tests.events import recorded, replaced, without
from tests.fakes.services import Compose, fake_services
from tests.support.samples import dataset_zip

EVENT = recorded("on_dataset_uploaded")
KEY = EVENT["detail"]["object"]["key"]


def test_the_recorded_upload_starts_a_preparation(compose: Compose) -> None:
    services = fake_services()
    body = dataset_zip()
    version = services.objects.put(KEY, body)
    event = replaced(EVENT, "detail.object.size", len(body))
    compose(services)

    on_dataset_uploaded.handler(replaced(event, "detail.object.version-id", version), None)

    [run] = services.runs.all()
    assert (run.state, run.upload.key) == ("preparing", "datasets/dogs + café.zip")
    assert services.jobs.names() == [f"kennel-test-preparation-{run.id}"]


@pytest.mark.parametrize(
    "missing",
    [
        "detail",
        "detail.bucket",
        "detail.bucket.name",
        "detail.object",
        "detail.object.key",
        "detail.object.size",
        "detail.object.etag",
    ],
)
def test_an_upload_without_a_required_key_raises(compose: Compose, missing: str) -> None:
    services = fake_services()
    compose(services)

    with pytest.raises(KeyError):
        on_dataset_uploaded.handler(without(EVENT, missing), None)

    assert list(services.runs.all()) == []


@pytest.mark.parametrize("key", ["runs/a/dogs.zip", "dogs.zip", "images/dogs.zip"])
def test_an_object_that_lies_elsewhere_raises(compose: Compose, key: str) -> None:
    compose(fake_services())

    with pytest.raises(UnknownEvent, match="is not below datasets/"):
        on_dataset_uploaded.handler(replaced(EVENT, "detail.object.key", key), None)


def test_an_upload_to_a_bucket_without_versions_is_taken(compose: Compose) -> None:
    services = fake_services()
    services.objects.put(KEY, b"no zip")
    event = without(without(EVENT, "detail.object.version-id"), "detail.object.sequencer")
    compose(services)

    on_dataset_uploaded.handler(replaced(event, "detail.object.size", 6), None)

    assert [run.state for run in services.runs.all()] == ["rejected"]
