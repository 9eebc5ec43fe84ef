"""What a training and a trial leave of themselves beside their models."""

from __future__ import annotations

from tests.support.recorded_training import Recorded
from tests.support.training_jobs import Job
from training_code.recorder.row_lines import read_counts
from training_code.recorder.rows import StepRow, SystemRow


def test_a_training_leaves_its_rows_and_tensorboard_s_events(trained: Job) -> None:
    kept = Recorded(trained.folder / "output/data/recorder")

    counts = read_counts(kept.folder)
    assert counts is not None
    assert {split: sum(images) for split, images in counts.images.items()} == {
        "train": 16,
        "valid": 8,
        "test": 8,
    }
    assert {row.phase for row in kept.rows(StepRow)} == {"train", "valid"}
    assert kept.rows(SystemRow)
    assert {row.name for row in kept.tensors("updates")} == {"2.weight", "2.bias"}
    (events,) = (kept.folder / "tensorboard").iterdir()
    assert events.read_bytes().count(b"loss/valid") == 2
