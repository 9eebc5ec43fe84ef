"""Examines the images of a zip: each is read, compared and decoded once, and gets its features."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from inference_code.photos import UnreadableImage, read_photo
from inference_code.preprocessing import FloatArray, Preprocessing
from training_code.data.archive import DatasetArchive
from training_code.data.augmentation import views
from training_code.data.near_duplicates import thumbnail
from training_code.data.verdict import Entry
from training_code.model.backbone import Backbone
from training_code.model.device import extract

CHUNK = 16  # images in memory at a time
# What tests and validates must not be seen in training, so it is met first and keeps its image.
ORDER = {"test": 0, "valid": 1, "train": 2}


@dataclass(frozen=True)
class ExaminedImage:
    entry: Entry
    digest: str  # sha256 of the bytes
    # By backbone, in their order: [views, dimension]; all but train have the plain view alone.
    features: Mapping[str, FloatArray]
    thumbnail: NDArray[np.uint8]  # [16, 16], grey

    @property
    def vector(self) -> FloatArray:
        """[dimension], of the plain view, by the first backbone."""
        first: FloatArray = next(iter(self.features.values()))[0]
        return first


@dataclass(frozen=True)
class Duplicate:
    """The same bytes as an image that was met before; it is left out."""

    entry: Entry
    same_as: Entry


@dataclass(frozen=True)
class Findings:
    """All images of a zip, and why some of them are not used."""

    images: list[ExaminedImage] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    corrupt: list[tuple[Entry, UnreadableImage]] = field(default_factory=list)

    def without_copies_of_corrupt(self) -> Findings:
        """A copy of what cannot be decoded, an empty file say, is as corrupt as that."""
        reasons = {entry.member: reason for entry, reason in self.corrupt}
        copies = [(d.entry, reasons.get(d.same_as.member)) for d in self.duplicates]
        corrupt = [(entry, reason) for entry, reason in copies if reason]
        duplicates = [d for d in self.duplicates if d.same_as.member not in reasons]
        return Findings(self.images, duplicates, [*self.corrupt, *corrupt])


@dataclass(frozen=True)
class _Look:
    """What is kept of a decoded image."""

    views: Mapping[Preprocessing, FloatArray]  # [views, 3, crop, crop]
    thumbnail: NDArray[np.uint8]


@dataclass(frozen=True)
class Examiner:
    """How to look at an image."""

    archive: DatasetArchive
    backbones: Sequence[Backbone]
    views: int
    seed: int
    device: torch.device

    def examine(self, entries: Sequence[Entry], pool: ThreadPoolExecutor) -> Findings:
        """Look at all entries and say how far it has got."""
        findings, met = Findings(), dict[str, Entry]()
        ordered = sorted(entries, key=lambda entry: (ORDER[entry.split], entry.member))
        for start in range(0, len(ordered), CHUNK):
            chunk = ordered[start : start + CHUNK]
            fresh = list(self._fresh_bodies(chunk, met, findings, pool))
            findings.images.extend(self._decode_all(fresh, findings, pool))
            print(f"prepare {start + len(chunk)}/{len(ordered)} images", flush=True)
        return findings.without_copies_of_corrupt()

    def _fresh_bodies(
        self,
        chunk: Sequence[Entry],
        met: dict[str, Entry],
        findings: Findings,
        pool: ThreadPoolExecutor,
    ) -> Iterator[tuple[Entry, str, bytes]]:
        """Read, and leave out what was met before."""
        for entry, body in zip(chunk, pool.map(self.read, chunk), strict=True):
            if isinstance(body, UnreadableImage):
                findings.corrupt.append((entry, body))
                continue
            digest = hashlib.sha256(body).hexdigest()
            if digest in met:
                findings.duplicates.append(Duplicate(entry, met[digest]))
                continue
            met[digest] = entry
            yield entry, digest, body

    def _decode_all(
        self,
        fresh: Sequence[tuple[Entry, str, bytes]],
        findings: Findings,
        pool: ThreadPoolExecutor,
    ) -> Iterator[ExaminedImage]:
        """Decode, and compute the features of the chunk in one go."""
        seen = list(pool.map(lambda item: self._look(*item), fresh))
        looks = [item for item in seen if isinstance(item, _Look)]
        features = iter(self._features_of(looks))
        for (entry, digest, _), item in zip(fresh, seen, strict=True):
            if isinstance(item, UnreadableImage):
                findings.corrupt.append((entry, item))
            else:
                yield ExaminedImage(entry, digest, next(features), item.thumbnail)

    def read(self, entry: Entry) -> bytes | UnreadableImage:
        """The image's bytes, or why there are none."""
        try:
            return self.archive.read(entry.member)
        except UnreadableImage as error:
            return error

    def _look(self, entry: Entry, digest: str, body: bytes) -> _Look | UnreadableImage:
        """Decode; what the network shall see of the image."""
        try:
            photo = read_photo(body)
        except UnreadableImage as error:
            return error
        if photo.warnings:
            # What is missing is a grey or black block: it would be learned as a mark of the class.
            return UnreadableImage("partial", "a part of the picture is missing: upload it whole")
        count = self.views if entry.split == "train" else 1
        seed = (self.seed, int(digest[:16], 16))  # not the position: other images must not matter
        # Once for backbones that see the same; each is given what it would be given alone.
        drawn = {
            preprocessing: views(photo.pixels, preprocessing, count=count, seed=seed)
            for preprocessing in {backbone.preprocessing for backbone in self.backbones}
        }
        return _Look(drawn, thumbnail(photo.pixels))

    def _features_of(self, looks: Sequence[_Look]) -> list[dict[str, FloatArray]]:
        """Of each image by backbone: [views, dimension]."""
        features: list[dict[str, FloatArray]] = [{} for _ in looks]
        for backbone in self.backbones if looks else ():
            stacks = [look.views[backbone.preprocessing] for look in looks]
            images = torch.from_numpy(np.concatenate(stacks)).to(self.device)
            together = extract(backbone.network, images).cpu()
            parts = torch.split(together, [len(stack) for stack in stacks])
            for found, part in zip(features, parts, strict=True):
                found[backbone.name] = part.numpy()
        return features
