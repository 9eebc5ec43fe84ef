from __future__ import annotations

import pytest

from handlers import on_part_predicted
from pipeline.errors import UnknownEvent
from pipeline.steps.batches import start_batch
from tests.events import recorded, replaced, without
from tests.fakes.services import Compose, fake_services
from tests.support.batch_story import answer, batch_in_flight, document, drop
from tests.support.samples import CHAMPION

EVENT = recorded("on_part_predicted")
KEY = "detail.object.key"


@pytest.mark.parametrize("folder", ["", "input/"])
def test_a_part_s_answers_become_documents(compose: Compose, folder: str) -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/rex.jpg")
    start_batch(services)
    batch = batch_in_flight(services)
    written = services.objects.read(answer(services, batch).key)
    key = f"batches/{batch}/output/{folder}part-00000.jsonl.out"
    services.objects.write(key, written)
    compose(services)

    on_part_predicted.handler(replaced(EVENT, KEY, key), None)

    assert document(services, "images/rex.jpg")["decision"] == "accept"


def test_the_recorded_event_of_a_batch_that_is_over_changes_nothing(compose: Compose) -> None:
    services = fake_services(champion=CHAMPION)
    compose(services)

    on_part_predicted.handler(EVENT, None)

    assert services.objects.list("predictions/") == []


@pytest.mark.parametrize(
    "key",
    [
        "batches/kabcdefghi/output/part-00000.jsonl",
        "batches/kabcdefghi/input/part-00000.jsonl.out",
        "runs/kabcdefghi/output/part-00000.jsonl.out",
    ],
)
def test_another_object_raises(compose: Compose, key: str) -> None:
    compose(fake_services())

    with pytest.raises(UnknownEvent):
        on_part_predicted.handler(replaced(EVENT, KEY, key), None)


@pytest.mark.parametrize("missing", ["detail", "detail.object", KEY])
def test_an_event_without_a_required_key_raises(compose: Compose, missing: str) -> None:
    compose(fake_services())

    with pytest.raises(KeyError):
        on_part_predicted.handler(without(EVENT, missing), None)
