"""Batches of images for the training, straight from the zip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from inference_code.photos import read_photo
from inference_code.preprocessing import FloatArray, Preprocessing
from training_code.data.archive import DatasetArchive
from training_code.data.augmentation import augmented
from training_code.data.splits import ObjectSample, Sample
from training_code.job.environment import processor_count

Batch = tuple[Tensor, Tensor]  # images [n, 3, crop, crop], labels [n]
ArrayBatch = tuple[FloatArray, NDArray[np.int64]]  # the same
LabelledView = tuple[FloatArray, int]  # [3, crop, crop]
REDUCED = (
    1.5  # kept pixels per pixel that the network sees: random parts are enlarged less than that
)
KEPT_BYTES = 1_000_000_000  # memory for reduced pictures; what does not fit is decoded every time


@dataclass(frozen=True)
class PhotoLoader:
    """Reads samples as evaluation sees them: one preprocessing for training and serving."""

    archive: DatasetArchive
    preprocessing: Preprocessing

    def _plain(self, sample: Sample | ObjectSample) -> FloatArray:
        """From the original bytes, as serving does it."""
        return self.preprocessing.apply(read_photo(self.archive.read(sample.member)).pixels)

    def batches(self, samples: Sequence[Sample | ObjectSample], size: int = 32) -> Iterator[Batch]:
        """In order, once."""
        for start in range(0, len(samples), size):
            part = samples[start : start + size]
            images = np.stack([self._plain(sample) for sample in part])
            yield torch.from_numpy(images), torch.tensor([sample.label for sample in part])


class EvaluationBatches:
    """The validation split, decoded once and kept as long as it fits."""

    def __init__(self, loader: PhotoLoader, samples: Sequence[Sample]) -> None:
        self.loader, self.samples = loader, samples
        self.kept: list[Batch] = []
        crop = loader.preprocessing.crop
        self.fits = len(samples) * 3 * crop * crop * 4 <= KEPT_BYTES

    def __iter__(self) -> Iterator[Batch]:
        if self.kept:
            yield from self.kept
            return
        kept: list[Batch] = []
        for batch in self.loader.batches(self.samples):
            if self.fits:
                kept.append(batch)
            yield batch
        self.kept = kept


class TrainingImages(Dataset[LabelledView]):
    """The training split with another random view of each image in each epoch."""

    def __init__(self, loader: PhotoLoader, samples: Sequence[Sample], seed: int) -> None:
        self.loader, self.samples, self.seed = loader, samples, seed
        self.epoch = torch.zeros(1, dtype=torch.int64)
        self.epoch.share_memory_()  # type: ignore[no-untyped-call]  # loader processes see it
        self.pictures: dict[int, Image.Image] = {}
        self.free_bytes = KEPT_BYTES

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> LabelledView:
        # Of seed, epoch and image alone: the number of loader processes must not matter.
        random = np.random.default_rng((self.seed, int(self.epoch), index))
        view = augmented(self.picture(index), self.loader.preprocessing, random)
        return view, self.samples[index].label

    def picture(self, index: int) -> Image.Image:
        """Decoded in the first epoch, then kept in a size that random views can be cut from."""
        if index not in self.pictures:
            body = self.loader.archive.read(self.samples[index].member)
            picture = self._reduced(read_photo(body).pixels)
            size = picture.width * picture.height * 3
            if size > self.free_bytes:
                return picture
            self.free_bytes -= size
            self.pictures[index] = picture
        return self.pictures[index]

    def _reduced(self, picture: Image.Image) -> Image.Image:
        """Shorter side to 1.5 times what the network sees, if it is larger."""
        factor = REDUCED * self.loader.preprocessing.crop / min(picture.size)
        if factor >= 1:
            return picture
        size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
        return picture.resize(size, Image.Resampling.BILINEAR)


class TrainingBatches:
    """Shuffled batches of the training split; each iteration is the next epoch."""

    def __init__(self, images: TrainingImages, batch_size: int, num_workers: int) -> None:
        self.images = images
        self.generator = torch.Generator().manual_seed(images.seed)
        # A last batch of one image would stop batch norm; the image has its turn in other epochs.
        alone = len(images) > batch_size and len(images) % batch_size == 1
        workers = _spare_workers() if num_workers < 0 else num_workers
        self.loader: DataLoader[LabelledView] = DataLoader(
            images,
            batch_size=min(batch_size, len(images)),
            shuffle=True,
            generator=self.generator,
            drop_last=alone,
            num_workers=workers,
            persistent_workers=workers > 0,
            collate_fn=_collated,
        )

    def __iter__(self) -> Iterator[Batch]:
        self.images.epoch += 1
        for images, labels in self.loader:
            yield torch.from_numpy(images), torch.from_numpy(labels)


def _collated(samples: Sequence[LabelledView]) -> ArrayBatch:
    """As arrays, which loader processes send through a pipe; tensors would go through /dev/shm.

    A container has 64 MB there. A batch of 128 images takes 77 MB: "Bus error".
    """
    views, labels = zip(*samples, strict=True)
    return np.stack(views), np.asarray(labels, dtype=np.int64)


def _spare_workers() -> int:
    """Loader processes; on one or two processors they would only be in the network's way."""
    processors = processor_count()
    return 0 if processors <= 2 else min(4, processors - 1)
