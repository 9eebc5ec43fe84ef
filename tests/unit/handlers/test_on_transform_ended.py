from __future__ import annotations

import pytest

from handlers import on_transform_ended
from pipeline.errors import UnknownEvent
from pipeline.names import RunId
from pipeline.steps.batches import start_batch
from tests.events import RUN, recorded, replaced, without
from tests.fakes.services import Compose, fake_services
from tests.support.batch_story import (
    answer,
    batch_in_flight,
    document,
    drop,
    waiting_images,
)
from tests.support.job_outputs import leave_evaluation
from tests.support.samples import CHAMPION, run_in

EVENT = recorded("on_transform_ended")


def test_the_recorded_end_of_a_test_lets_the_model_serve(compose: Compose) -> None:
    run = run_in("evaluating", id=RunId(RUN))
    services = fake_services(run)
    leave_evaluation(services, run)
    compose(services)

    on_transform_ended.handler(EVENT, None)

    assert services.run(run).state == "serving"


def test_the_end_of_a_batch_writes_its_documents(compose: Compose) -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/rex.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    answer(services, batch)
    compose(services)

    on_transform_ended.handler(
        replaced(EVENT, "detail.TransformJobName", f"kennel-test-batch-{batch}"), None
    )

    assert document(services, "images/rex.jpg")["decision"] == "accept"
    assert services.images.in_flight() == []


@pytest.mark.parametrize(
    ("reason", "attempts"), [("CapacityError: none are left", 0), ("ClientError: bad", 1)]
)
def test_a_batch_without_room_counts_for_no_image(
    compose: Compose, reason: str, attempts: int
) -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/rex.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    compose(services)
    event = replaced(EVENT, "detail.TransformJobName", f"kennel-test-batch-{batch}")
    event = replaced(event, "detail.TransformJobStatus", "Failed")

    on_transform_ended.handler(replaced(event, "detail.FailureReason", reason), None)

    assert [image.attempts for image in waiting_images(services)] == [attempts]


@pytest.mark.parametrize("kind", ["evaluation", "batch"])
@pytest.mark.parametrize("missing", ["TransformJobName", "TransformJobStatus"])
def test_an_end_without_a_required_key_raises(compose: Compose, missing: str, kind: str) -> None:
    compose(fake_services())
    event = replaced(EVENT, "detail.TransformJobName", f"kennel-test-{kind}-{RUN}")

    with pytest.raises(KeyError):
        on_transform_ended.handler(without(event, f"detail.{missing}"), None)


@pytest.mark.parametrize("kind", ["evaluation", "batch"])
@pytest.mark.parametrize("status", ["InProgress", "Stopping", "Sleeping"])
def test_a_status_that_is_no_end_raises(compose: Compose, status: str, kind: str) -> None:
    compose(fake_services())
    event = replaced(EVENT, "detail.TransformJobName", f"kennel-test-{kind}-{RUN}")

    with pytest.raises(UnknownEvent):
        on_transform_ended.handler(replaced(event, "detail.TransformJobStatus", status), None)


@pytest.mark.parametrize(
    "job", ["kennel-dev-evaluation-x", "kennel-test-batch-", "kennel-test-training-x"]
)
def test_a_job_of_another_kind_or_stage_raises(compose: Compose, job: str) -> None:
    compose(fake_services())

    with pytest.raises(UnknownEvent):
        on_transform_ended.handler(replaced(EVENT, "detail.TransformJobName", job), None)
