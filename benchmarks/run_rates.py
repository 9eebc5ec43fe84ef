"""What images of 500 pixels and epochs take of one core, by the jobs' own programs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from cli.sample_dataset import Sample, write_sample
from tests.support.training_jobs import Job
from tests.support.verdicts import judged
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.head_training import train_head
from training_code.model.features import FeatureSet
from training_code.prepare import PreparationSettings, prepare

if TYPE_CHECKING:
    from benchmarks.run_stages import Images

DRAWN = Sample(breeds=4, images=24, size=500)
FEATURES = 2048
VIEWS = 4  # of which the further ones are measured
EPOCHS = 3
BATCH = 64


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Seconds of one core."""

    first_view: float  # of an image: read, decoded, checked, through the backbone
    further_view: float
    epoch: float  # of a head on all training images: it sees one view of each

    def preparation(self, images: Images, views: int) -> float:
        return self.first_view * (images.train + images.held_out) + (
            self.further_view * images.train * (views - 1)
        )

    def tell(self) -> None:
        first, further = (1000 * seconds for seconds in (self.first_view, self.further_view))
        print(f"an image's first view {first:.1f} ms of a core, a further one {further:.1f} ms")
        print(f"an epoch of a head {self.epoch:.2f} s of a core", flush=True)


def measured(folder: Path, backbone: str, train: int, classes: int) -> Rates:
    path = folder / "dataset" / "drawn.zip"
    path.parent.mkdir(parents=True)
    for _ in write_sample(path, DRAWN):
        pass
    judged(path)
    counts = DRAWN.splits()
    learnt = DRAWN.breeds * counts["train"]
    whole = DRAWN.breeds * sum(counts.values())

    def prepared(views: int) -> float:
        settings = PreparationSettings(backbones=(backbone,), weights="none", views=views, seed=1)
        return _core_seconds(lambda: prepare(settings, Job(folder).processing()))

    prepared(1)  # what is loaded once is not counted
    one, several = prepared(1), prepared(VIEWS)
    return Rates(
        first_view=one / whole,
        further_view=(several - one) / (learnt * (VIEWS - 1)),
        epoch=_epoch(train, classes),
    )


def _epoch(images: int, classes: int) -> float:
    chance = np.random.default_rng(1)
    train, valid = (_drawn(chance, number, classes) for number in (images, images // 8))
    used = Hyperparameters(batch_size=BATCH, epochs=EPOCHS, hidden_units=256)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _core_seconds(lambda: _learn(train, valid, classes, used)) / EPOCHS
    finally:
        torch.set_num_threads(threads)


def _learn(train: FeatureSet, valid: FeatureSet, classes: int, used: Hyperparameters) -> None:
    train_head(train, valid, classes, used, lambda _: None, lambda _: None)


def _drawn(chance: np.random.Generator, images: int, classes: int) -> FeatureSet:
    features = chance.standard_normal((images, 1, FEATURES), dtype=np.float32)
    return FeatureSet(features, chance.integers(0, classes, images))


def _core_seconds(work: Callable[[], object]) -> float:
    """Of all threads: others who use the machine's cores are not counted."""
    began = time.process_time()
    work()
    return time.process_time() - began
