"""Real photos and real weights, where they lie beside the checkout."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.support.training_jobs import Job
from tests.support.verdicts import judged
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.head_training import train_head
from training_code.model.features import FeatureSet
from training_code.prepare import PreparationSettings, prepare

DATA = Path(__file__).parents[4] / "shared" / "data"
PHOTOS = DATA / "dogImages32.zip"
WEIGHTS = DATA / "weights" / "mobilenet_v2.pth"
BREEDS = ("016.Beagle", "089.Irish_wolfhound", "096.Labrador_retriever", "062.English_setter")


@pytest.mark.skipif(not PHOTOS.exists(), reason=f"{PHOTOS} is not there")
def test_a_head_on_pretrained_features_tells_breeds_apart(tmp_path: Path) -> None:
    job = Job(tmp_path)
    judged(copy_breeds(tmp_path / "dataset" / "dogs.zip"))
    (tmp_path / "weights").mkdir()
    shutil.copyfile(WEIGHTS, tmp_path / "weights" / WEIGHTS.name)

    settings = PreparationSettings(backbones=("mobilenet_v2",), weights="auto", views=2, seed=1)
    prepare(settings, job.processing())
    features = tmp_path / "features" / "mobilenet_v2"
    splits = [FeatureSet.read(features / f"{s}.npz") for s in ("train", "valid")]
    given = Hyperparameters(epochs=15, batch_size=16)
    result = train_head(splits[0], splits[1], len(BREEDS), given, lambda _best: None, print)

    assert job.json("preparation/report.json")["backbones"][0]["weights"]["source"] == "bucket"
    assert result.valid.accuracy >= 0.75


def copy_breeds(target: Path) -> Path:
    """A zip of a few of the breeds, as they lie in the large one."""
    target.parent.mkdir(parents=True)
    with zipfile.ZipFile(PHOTOS) as photos, zipfile.ZipFile(target, "w") as few:
        for name in photos.namelist():
            if any(f"/{breed}/" in name for breed in BREEDS):
                few.writestr(name, photos.read(name))
    return target
