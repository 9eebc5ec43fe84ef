"""The two stages of the training that serves, and what they begin with."""

from __future__ import annotations

import dataclasses
import re
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from inference_code.card import ModelCard
from tests.support.training_jobs import Job, hyperparameters
from training_code.job.environment import TrainingFolders
from training_code.job.errors import InputError
from training_code.train import run_training
from training_code.trial import run_trial

MUCH_TOO_FAST = 5.0


def with_search(folders: TrainingFolders, folder: Path) -> TrainingFolders:
    return dataclasses.replace(folders, channels={**folders.channels, "search": folder})


@pytest.fixture(scope="module")
def searched(prepared: Job) -> Path:
    """The folder of a trial that has found a head."""
    folders = prepared.training("search")
    run_trial(hyperparameters(epochs=20), folders)
    return folders.model


def loss_of(job: Job, output: str) -> float:
    loss: float = job.json(f"{output}/data/metrics.json")["validation_loss"]
    return loss


@pytest.mark.parametrize("final", ["features", "images"])
def test_a_training_is_never_worse_than_the_head_that_it_began_with(
    prepared: Job, searched: Path, final: str
) -> None:
    reached = prepared.json("search/model/head.json")["validation_loss"]
    # Decay turns all weights round in the only step, and gradients hardly count beside eps.
    spoiling = {"lr": MUCH_TOO_FAST, "weight_decay": 0.8, "eps": 0.9, "batch_size": 16}
    used = hyperparameters(epochs=1, final=final, **spoiling)

    run_training(used, with_search(prepared.training(f"from {final}"), searched))

    history = prepared.json(f"from {final}/data/history.json")
    assert [row["epoch"] for row in history] == [0, 1]
    assert loss_of(prepared, f"from {final}") == pytest.approx(reached, rel=1e-5)
    assert history[1]["valid_loss"] > reached
    kept = load_file(prepared.folder / f"from {final}/checkpoints/weights.safetensors")
    assert np.array_equal(kept["head.2.weight"], np.load(searched / "head.npz")["2.weight"])


def test_the_head_of_a_tuning_job_s_trial_comes_in_its_archive(
    prepared: Job, searched: Path, tmp_path: Path
) -> None:
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.add(searched, arcname=".")
    folders = with_search(prepared.training("packed"), tmp_path)

    run_training(hyperparameters(epochs=1), folders)

    assert prepared.json("packed/data/history.json")[0]["epoch"] == 0


def test_a_head_of_another_network_is_refused(prepared: Job, searched: Path) -> None:
    folders = with_search(prepared.training("misfit"), searched)

    with pytest.raises(InputError, match="the head in channel 'search' does not fit this run: "):
        run_training(hyperparameters(hidden_units=8), folders)


@pytest.mark.parametrize("trainable", ["last_block", "all"])
def test_frozen_is_kept_where_deeper_layers_do_not_help(
    prepared: Job, capsys: pytest.CaptureFixture[str], trainable: Any
) -> None:
    used = hyperparameters(trainable=trainable, backbone_epochs=1, backbone_lr=MUCH_TOO_FAST)
    output = f"hopeless {trainable}"

    run_training(used, prepared.training(output))

    history = prepared.json(f"{output}/data/history.json")
    assert [row["epoch"] for row in history] == [1, 2, 3]
    assert prepared.json(f"{output}/data/metrics.json")["best_epoch"] < 3
    assert re.search(rf"^kept frozen: trainable={trainable} did not", capsys.readouterr().out, re.M)
    assert ModelCard.read(prepared.folder / output / "model").architecture.trainable == "head"


@pytest.mark.parametrize(("trainable", "changes"), [("last_block", False), ("all", True)])
def test_deeper_layers_learn_as_far_as_asked(prepared: Job, trainable: Any, changes: bool) -> None:
    output = f"deeper {trainable}"
    used = hyperparameters(trainable=trainable, backbone_epochs=2, images_at_once=3)
    run_training(hyperparameters(), prepared.training("frozen"))

    run_training(used, prepared.training(output))

    frozen, learned = (
        load_file(prepared.folder / name / "checkpoints/weights.safetensors")
        for name in ("frozen", output)
    )
    first, last = "backbone.features.0.weight", "backbone.features.12.squeeze.weight"
    assert loss_of(prepared, output) < loss_of(prepared, "frozen")
    assert not np.array_equal(frozen[last], learned[last])
    assert np.array_equal(frozen[first], learned[first]) != changes
    card = ModelCard.read(prepared.folder / output / "model")
    assert card.architecture.trainable == trainable
