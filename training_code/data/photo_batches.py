"""Shuffled batches of photos, by loader processes where the machine has room for them."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Sampler

from training_code.data.feature_batches import Batch, order_of_epoch
from training_code.data.photo_loading import (
    KEPT_BYTES,
    EvaluationBatches,
    LabelledView,
    PhotoLoader,
    Place,
    TrainingImages,
    view_bytes,
)
from training_code.data.splits import Sample
from training_code.job.environment import Share, processor_count
from training_code.job.hyperparameters import Hyperparameters

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # only its room is asked for
AHEAD = 2  # batches that each loader process has ready
MOST_WORKERS = 4


class EpochSampler(Sampler[list[Place]]):
    """The batches of one epoch, this process's share of each; all processes shuffle alike."""

    def __init__(self, images: int, batch_size: int, seed: int, share: Share) -> None:
        self.images, self.batch_size, self.seed, self.share = images, batch_size, seed, share
        self.epoch = 0

    def __len__(self) -> int:
        return math.ceil(self.images / self.batch_size)

    def __iter__(self) -> Iterator[list[Place]]:
        order = torch.randperm(self.images, generator=order_of_epoch(self.seed, self.epoch))
        for rows in torch.split(order, self.batch_size):
            own = rows.tolist()[self.share.rank :: self.share.count]
            yield [(self.epoch, row) for row in own]


class PhotoBatches:
    """The training split."""

    def __init__(
        self, images: TrainingImages, batch_size: int, num_workers: int, share: Share
    ) -> None:
        self.crop = images.loader.preprocessing.crop
        self.sampler = EpochSampler(len(images), batch_size, images.seed, share)
        self.loader: DataLoader[LabelledView] = DataLoader(
            images,
            batch_sampler=self.sampler,
            num_workers=num_workers,
            persistent_workers=num_workers > 0,
            prefetch_factor=AHEAD if num_workers else None,
            collate_fn=self._collated,
        )

    def __len__(self) -> int:
        return len(self.sampler)

    def of_epoch(self, number: int) -> Iterator[Batch]:
        self.sampler.epoch = number
        yield from self.loader

    def _collated(self, samples: Sequence[LabelledView]) -> tuple[Tensor, Tensor]:
        if not samples:  # a share of a last batch that is smaller than there are processes
            return torch.zeros(0, 3, self.crop, self.crop), torch.zeros(0, dtype=torch.int64)
        views, labels = zip(*samples, strict=True)
        return torch.stack([torch.from_numpy(view) for view in views]), torch.tensor(labels)


@dataclass(frozen=True)
class Photos:
    """Both splits of a training, within one budget of memory for all processes together."""

    train: PhotoBatches
    valid: EvaluationBatches

    @classmethod
    def of(
        cls,
        loader: PhotoLoader,
        train: Sequence[Sample],
        valid: Sequence[Sample],
        *,
        used: Hyperparameters,
        share: Share,
    ) -> Photos:
        workers = workers_of(used, loader, share)
        budget = KEPT_BYTES // share.count
        # What validation keeps is read in each epoch: it comes first, up to half of all.
        kept = EvaluationBatches(loader, valid[share.rank :: share.count], budget // 2)
        # Each loader process has pictures of its own.
        rest = (budget - kept.kept_bytes) // max(1, workers)
        images = TrainingImages(loader, train, used.seed, rest)
        return cls(PhotoBatches(images, used.batch_size, workers, share), kept)


def workers_of(used: Hyperparameters, loader: PhotoLoader, share: Share) -> int:
    """Loader processes of one training process on this machine."""
    bytes_per_batch = used.batch_size * view_bytes(loader.preprocessing)
    return worker_count(
        used.num_workers,
        bytes_per_batch=bytes_per_batch // share.count,
        room=_shared_room() // share.count,
        processors=processor_count() // share.count,
    )


def worker_count(wanted: int, *, bytes_per_batch: int, room: int, processors: int) -> int:
    """Loader processes; a container has 64 MB of shared memory unless somebody asked for more.

    A batch of 128 images takes 77 MB: what does not fit there ends in "Bus error".
    """
    # On one or two processors they would only be in the network's way.
    spare = 0 if processors <= 2 else min(MOST_WORKERS, processors - 1)
    asked = spare if wanted < 0 else wanted
    # Those in the making, those ready, and the one that is computed on.
    fitting = max(0, room // max(1, bytes_per_batch) - 1) // AHEAD
    if asked > fitting:
        print(f"loader processes: {fitting} of {asked}, as {room} bytes of shared memory are free")
    return min(asked, fitting)


def _shared_room() -> int:
    """A machine without the folder keeps such memory elsewhere, without this limit."""
    return shutil.disk_usage(SHARED_MEMORY).free if SHARED_MEMORY.is_dir() else 2**40
