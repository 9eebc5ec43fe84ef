"""Batches of the training split, with loader processes and without."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
import torch

from inference_code.preprocessing import Preprocessing
from tests.support.training_jobs import Job, hyperparameters
from training_code.data.archive import find_archive
from training_code.data.photo_batches import PhotoBatches, Photos, worker_count
from training_code.data.photo_loading import KEPT_BYTES, PhotoLoader, TrainingImages
from training_code.data.splits import Splits
from training_code.job.environment import Share

BATCH_OF_128 = 128 * 3 * 224 * 224 * 4
CONTAINER = 64 * 1024 * 1024  # bytes in its /dev/shm unless somebody asked for more


@pytest.fixture
def loader(prepared: Job) -> Iterator[PhotoLoader]:
    folders = prepared.training()
    splits = Splits.read(folders.channel("preparation"))
    archive = find_archive(folders.channel("dataset"), splits.archive)
    yield PhotoLoader(archive, Preprocessing())
    archive.close()


@pytest.fixture
def images(loader: PhotoLoader, prepared: Job) -> TrainingImages:
    return TrainingImages(loader, Splits.read(prepared.folder / "preparation").train, 1)


def test_loader_processes_change_nothing_in_the_batches(images: TrainingImages) -> None:
    alone = list(PhotoBatches(images, 8, 0, Share()).of_epoch(1))

    helped = list(PhotoBatches(images, 8, 2, Share()).of_epoch(1))

    for (one, one_labels), (other, other_labels) in zip(alone, helped, strict=True):
        assert torch.equal(one, other)
        assert torch.equal(one_labels, other_labels)


def test_an_epoch_looks_the_same_again_and_unlike_the_next(images: TrainingImages) -> None:
    batches = PhotoBatches(images, 16, 0, Share())

    ((first, _),), ((again, _),), ((second, _),) = (batches.of_epoch(n) for n in (1, 1, 2))

    assert torch.equal(first, again)
    assert not torch.equal(first, second)


def test_the_shares_of_two_processes_are_the_batch(images: TrainingImages) -> None:
    whole = [labels for _, labels in PhotoBatches(images, 5, 0, Share()).of_epoch(1)]

    shares = [
        [labels for _, labels in PhotoBatches(images, 5, 0, Share(rank, 2)).of_epoch(1)]
        for rank in (0, 1)
    ]

    assert [len(one) + len(other) for one, other in zip(*shares, strict=True)] == [5, 5, 5, 1]
    assert [len(labels) for labels in whole] == [5, 5, 5, 1]
    assert len(shares[1][-1]) == 0  # and a share of a small batch may be empty


def test_in_a_container_s_shared_memory_a_large_batch_has_no_loader_process() -> None:
    assert worker_count(-1, bytes_per_batch=BATCH_OF_128, room=CONTAINER, processors=8) == 0


def test_loader_processes_are_as_many_as_their_batches_fit() -> None:
    room = 5 * BATCH_OF_128  # two processes with two batches each, and one computed on

    assert worker_count(-1, bytes_per_batch=BATCH_OF_128, room=room, processors=8) == 2


def test_a_machine_with_room_gets_loader_processes_unless_it_has_only_two_processors() -> None:
    plenty = 100 * BATCH_OF_128

    assert worker_count(-1, bytes_per_batch=BATCH_OF_128, room=plenty, processors=8) == 4
    assert worker_count(-1, bytes_per_batch=BATCH_OF_128, room=plenty, processors=2) == 0


def test_all_processes_share_one_budget_of_memory(loader: PhotoLoader, prepared: Job) -> None:
    splits = Splits.read(prepared.folder / "preparation")
    used = dataclasses.replace(hyperparameters(), num_workers=2)

    kept = [
        (photos.valid.kept_bytes + 2 * images.free_bytes)
        for rank in (0, 1)
        for photos in [
            Photos.of(loader, splits.train, splits.valid, used=used, share=Share(rank, 2))
        ]
        if isinstance(images := photos.train.loader.dataset, TrainingImages)
    ]

    assert sum(kept) <= KEPT_BYTES
