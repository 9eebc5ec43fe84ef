"""Batches of the training split, with loader processes and without."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inference_code.preprocessing import Preprocessing
from tests.support.training_jobs import Job
from training_code.data.archive import find_archive
from training_code.data.photo_loading import PhotoLoader, TrainingBatches, TrainingImages
from training_code.data.splits import Splits


@pytest.fixture
def images(prepared: Job) -> TrainingImages:
    folders = prepared.training()
    splits = Splits.read(folders.channel("preparation"))
    archive = find_archive(folders.channel("dataset"), splits.archive)
    return TrainingImages(PhotoLoader(archive, Preprocessing()), splits.train, 1)


def test_loader_processes_change_nothing_in_the_batches(images: TrainingImages) -> None:
    alone = list(TrainingBatches(images, 8, 0))
    images.epoch.zero_()

    helped = list(TrainingBatches(images, 8, 2))

    for (one, one_labels), (other, other_labels) in zip(alone, helped, strict=True):
        assert torch.equal(one, other)
        assert torch.equal(one_labels, other_labels)


def test_loader_processes_need_no_shared_memory(images: TrainingImages) -> None:
    for sent in TrainingBatches(images, 8, 1).loader:
        assert all(isinstance(part, np.ndarray) for part in sent)
