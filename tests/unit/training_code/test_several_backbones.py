"""One pass over the images for several backbones: each sees what it would see alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.datasets import split_dataset
from tests.support.training_jobs import BACKBONE, Job, hyperparameters
from training_code.model.features import FeatureSet
from training_code.train import run_training
from training_code.trial import run_trial

OTHER = "shufflenet_v2_x0_5"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Job:
    folder = tmp_path_factory.mktemp("both")
    return Job(folder).prepare(split_dataset(), backbones=(BACKBONE, OTHER))


@pytest.mark.parametrize("split", ["train", "valid"])
def test_features_of_a_backbone_do_not_depend_on_the_others(
    prepared: Job, both: Job, split: str
) -> None:
    alone, together = (
        FeatureSet.read(job.folder / "features" / BACKBONE / f"{split}.npz")
        for job in (prepared, both)
    )

    # Sums of more or fewer threads differ in the last digits.
    assert np.allclose(alone.features, together.features, rtol=1e-4, atol=1e-6)
    assert np.array_equal(alone.labels, together.labels)


def test_the_report_tells_of_each(both: Job) -> None:
    found = both.json("preparation/report.json")["backbones"]

    assert [backbone["name"] for backbone in found] == [BACKBONE, OTHER]
    assert [backbone["dimension"] for backbone in found] == [512, 1024]
    assert both.json(f"features/{OTHER}/features.json")["dimension"] == 1024


@pytest.mark.parametrize(("backbone", "dimension"), [(BACKBONE, 512), (OTHER, 1024)])
def test_a_trial_trains_on_the_features_of_the_backbone_that_it_is_given(
    both: Job, backbone: str, dimension: int
) -> None:
    folders = both.training(f"trial-{backbone}")

    run_trial(hyperparameters(backbone=backbone), folders)

    with np.load(folders.model / "head.npz") as head:
        assert head["2.weight"].shape == (2, dimension)


def test_the_winner_is_trained(both: Job, tmp_path: Path) -> None:
    folders = both.training("training")

    run_training(hyperparameters(backbone=OTHER, epochs=1), folders)

    card = json.loads((folders.model / "model.json").read_text())
    assert card["architecture"]["backbone"] == OTHER
    assert (card["architecture"]["weights"], card["architecture"]["weights_licence"]) == (
        "none",
        "none",
    )
