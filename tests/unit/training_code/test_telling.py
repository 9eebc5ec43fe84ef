"""What a pass over many photos says of itself is what `kennel runs follow` reads."""

from __future__ import annotations

import torch

from cli.pace import COUNTED
from training_code.loops.telling import told

BATCHES = [(torch.zeros(size, 3), torch.zeros(size)) for size in (4, 4, 2)]


def test_images_and_batches_are_counted_in_the_form_that_is_read() -> None:
    lines: list[str] = []

    images = list(told(BATCHES, "test", 10, "images", lines.append, every=0))
    list(told(BATCHES, "train", 3, "batches", lines.append, every=0))

    assert len(images) == 3
    assert lines[:3] == ["test 4/10 images", "test 8/10 images", "test 10/10 images"]
    assert lines[3:] == ["train 1/3 batches", "train 2/3 batches", "train 3/3 batches"]
    assert all(COUNTED.match(line) for line in lines)


def test_nothing_is_said_of_what_is_quick() -> None:
    lines: list[str] = []

    list(told(BATCHES, "test", 10, "images", lines.append))

    assert lines == []
