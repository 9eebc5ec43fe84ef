from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.names import BatchId
from pipeline.ports import free_slots
from tests.fakes.images import FakeImages
from tests.support.samples import SETTINGS


@pytest.mark.parametrize(
    ("allowed", "taken", "free"),
    [(1, "", ["0"]), (1, "0", []), (3, "1", ["0", "2"]), (1, "3", ["0"]), (2, "01", [])],
)
def test_a_slot_is_free_while_no_batch_has_it(allowed: int, taken: str, free: list[str]) -> None:
    images = FakeImages()
    for slot in taken:
        images.claim(slot, BatchId(slot))

    assert list(free_slots(images, replace(SETTINGS, batches_in_flight=allowed))) == free
