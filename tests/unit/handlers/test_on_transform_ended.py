from __future__ import annotations

import pytest

from handlers import on_transform_ended
from pipeline.errors import UnknownEvent
from pipeline.names import RunId, prediction_key
from pipeline.steps.batches import start_batch
from tests.events import RUN, recorded, replaced, without
from tests.fakes.services import Compose, fake_services
from tests.support.job_outputs import answered, leave_answers, leave_evaluation
from tests.support.samples import CHAMPION, run_in, waiting

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
    image = waiting(version=services.objects.put("images/rex.jpg", b"x"))
    services.images.wait(image)
    start_batch(services)
    [batch] = services.images.in_flight().values()
    leave_answers(services, batch, n00000=answered(0.9, 0.1))
    compose(services)

    on_transform_ended.handler(
        replaced(EVENT, "detail.TransformJobName", f"kennel-test-batch-{batch}"), None
    )

    assert services.objects.json(prediction_key(image.key))["decision"] == "accept"
    assert services.images.in_flight() == {}


@pytest.mark.parametrize(
    ("reason", "given_up"), [("CapacityError: none are left", False), ("ClientError: bad", True)]
)
def test_a_batch_without_room_gives_no_image_up(
    compose: Compose, reason: str, given_up: bool
) -> None:
    services = fake_services(champion=CHAMPION)
    version = services.objects.put("images/rex.jpg", b"x")
    services.images.wait(waiting(version=version, attempts=2))
    start_batch(services)
    [batch] = services.images.in_flight().values()
    compose(services)
    event = replaced(EVENT, "detail.TransformJobName", f"kennel-test-batch-{batch}")
    event = replaced(event, "detail.TransformJobStatus", "Failed")

    on_transform_ended.handler(replaced(event, "detail.FailureReason", reason), None)

    assert services.objects.exists(prediction_key("images/rex.jpg")) is given_up


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
