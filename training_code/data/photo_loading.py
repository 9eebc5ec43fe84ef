"""Batches of images for the training, straight from the zip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset

from inference_code.photos import read_photo
from inference_code.preprocessing import FloatArray, Preprocessing
from training_code.data.archive import DatasetArchive
from training_code.data.augmentation import augmented
from training_code.data.feature_batches import Batch
from training_code.data.splits import ObjectSample, Sample

LabelledView = tuple[FloatArray, int]  # [3, crop, crop]
Place = tuple[int, int]  # epoch, position of the sample
REDUCED = (
    1.5  # kept pixels per pixel that the network sees: random parts are enlarged less than that
)
# Memory of the whole job for pictures; what does not fit is decoded every time.
KEPT_BYTES = 1_000_000_000


def view_bytes(preprocessing: Preprocessing) -> int:
    """Of one image as a network takes it."""
    return 3 * preprocessing.crop**2 * 4


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

    def __init__(
        self, loader: PhotoLoader, samples: Sequence[Sample], budget: int = KEPT_BYTES
    ) -> None:
        self.loader, self.samples = loader, samples
        self.kept: list[Batch] = []
        needed = len(samples) * view_bytes(loader.preprocessing)
        self.fits = needed <= budget
        self.kept_bytes = needed if self.fits else 0

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

    def __init__(
        self,
        loader: PhotoLoader,
        samples: Sequence[Sample],
        seed: int,
        budget: int = KEPT_BYTES,  # of each process that has a copy of this
    ) -> None:
        self.loader, self.samples, self.seed = loader, samples, seed
        self.pictures: dict[int, Image.Image] = {}
        self.free_bytes = budget

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, place: Place) -> LabelledView:
        # Of seed, epoch and image alone: the number of loader processes must not matter.
        epoch, index = place
        random = np.random.default_rng((self.seed, epoch, index))
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
