"""The recorder: a row for each step, and the parts of its seconds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.support.recorded_training import (
    CLASSES,
    QUIET,
    Recorded,
    recorded,
    small_network,
    train,
)
from training_code.recorder.creation import images_of_classes
from training_code.recorder.recorder import NoRecorder
from training_code.recorder.row_lines import read_counts
from training_code.recorder.rows import Row, StepRow, SystemRow
from training_code.recorder.settings import RecorderSettings


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return recorded(tmp_path_factory.mktemp("plain"))


def test_every_step_has_a_row_by_its_phase(plain: Recorded) -> None:
    rows = plain.rows(StepRow)

    assert [(row.phase, row.step) for row in rows] == [
        *(("train", number) for number in range(1, 6)),
        ("valid", 5),
        ("valid", 5),
    ]
    assert {row.images for row in rows} == {4}
    assert [row.time for row in rows] == sorted(row.time for row in rows)


def test_a_step_tells_its_loss_learning_rate_and_where_its_seconds_went(plain: Recorded) -> None:
    first, *_, last = plain.rows(StepRow)

    assert first.loss == pytest.approx(1.1, abs=0.3)  # near ln(3)
    assert (first.lr, last.lr) == ((0.01,), ())
    assert min(vars(first.seconds).values()) >= 0
    assert min(first.seconds.forward, first.seconds.backward, first.seconds.optimizer) > 0
    assert (last.seconds.backward, last.seconds.optimizer) == (0, 0)


def test_a_batch_in_pieces_is_one_step_with_the_mean_of_their_losses(
    plain: Recorded, tmp_path: Path
) -> None:
    whole = plain.rows(StepRow)[0]

    (row, *_) = recorded(tmp_path, pieces=2).rows(StepRow)

    assert row.images == 4
    assert row.loss == pytest.approx(whole.loss, rel=1e-4)


def test_the_first_step_and_each_so_many_have_a_row(tmp_path: Path) -> None:
    kept = recorded(tmp_path, RecorderSettings(steps=4, tensors=0, system_ms=0, trace=0), steps=9)

    train_rows = [row.step for row in kept.rows(StepRow) if row.phase == "train"]
    assert train_rows == [1, 4, 8]
    assert kept.tensors("weights") == []


def test_labels_and_predictions_are_counted_by_class(plain: Recorded) -> None:
    labels, _ = plain.tensors("labels")
    predictions, _ = plain.tensors("predictions")

    assert labels.stats.counts == images_of_classes([n % 3 for n in range(20)], 3) == (7, 7, 6)
    assert sum(predictions.stats.counts or ()) == 20
    assert all(
        wrong <= there
        for wrong, there in zip(predictions.stats.wrong or (), (7, 7, 6), strict=True)
    )


def test_what_does_not_change_is_told_once(plain: Recorded) -> None:
    counts = read_counts(plain.folder)

    assert counts is not None
    assert (counts.classes, counts.images) == (CLASSES, {"train": (8, 8, 4)})
    assert counts.settings["steps"] == QUIET.steps


def test_the_machine_is_told_of_at_least_once(tmp_path: Path) -> None:
    (row, *_) = recorded(tmp_path, RecorderSettings(system_ms=100, trace=0)).rows(SystemRow)

    assert 0 <= row.cpu <= 100
    assert len(row.cores) >= 1
    assert row.memory_bytes > 0


def test_a_listener_is_told_each_row_as_it_is_written(tmp_path: Path) -> None:
    heard: list[Row] = []

    kept = recorded(tmp_path, QUIET, heard.append)

    steps = [row for row in heard if isinstance(row, StepRow)]
    assert [row.step for row in steps] == [row.step for row in kept.rows(StepRow)]


def test_steps_are_traced_for_perfetto(tmp_path: Path) -> None:
    kept = recorded(tmp_path, RecorderSettings(trace=2, system_ms=0), steps=6)

    with gzip.open(kept.folder / "trace.json.gz") as trace:
        events = json.load(trace)["traceEvents"]
    complete = [event for event in events if event.get("ph") == "X"]
    assert "aten::linear" in {event["name"] for event in complete}
    assert all({"ts", "dur", "pid", "tid"} <= event.keys() for event in complete)
    assert sum(event["name"] == "Optimizer.step#AdamW.step" for event in complete) == 2


def test_a_training_is_the_same_with_a_recorder_and_without(tmp_path: Path) -> None:
    networks = [small_network(nn.ReLU()), small_network(nn.ReLU())]

    train(NoRecorder(), networks[0], steps=5)
    recorded(tmp_path, RecorderSettings(tensors=1), network=networks[1])

    for plain, watched in zip(*(network.parameters() for network in networks), strict=True):
        assert torch.equal(plain, watched)
