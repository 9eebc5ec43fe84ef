"""The preparation's own search, over the features of a drawn data set."""

from __future__ import annotations

import json
import multiprocessing
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch

from cli.trials import trials_told
from tests.support.searches import Searched, statuses
from tests.support.training_jobs import BACKBONE, Job
from training_code.job.errors import InputError
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.head_training import train_head
from training_code.model.features import FeatureSet
from training_code.model.head import build_head
from training_code.search.mapped_features import map_features
from training_code.search.worker import Assignment, TrialFailed, Worker


@pytest.fixture(scope="module")
def searched(prepared: Job, tmp_path_factory: pytest.TempPathFactory) -> Searched:
    search = Searched(tmp_path_factory.mktemp("searched"))
    # The last two learning rates are none: their trials fail.
    search.run(prepared.folder / "features", range_lr="0.01,0.003,77", trials="5", seed="2")
    return search


def test_every_trial_is_recorded_with_what_it_tried_and_reached(searched: Searched) -> None:
    document = json.loads((searched.output / "trials.json").read_text())

    assert document["schema"] == "kennel.trials/1"
    assert (document["search"], document["strategy"]) == ("in_job", "bayesian")
    trials = document["trials"]
    assert [trial["name"] for trial in trials] == [f"trial-{n:03}" for n in range(1, 6)]
    for trial in trials:
        assert trial["values"].keys() == {"lr", "dropout", "batch-size", "eps"}
        assert trial["seconds"] >= 0
    for trial in (one for one in trials if one["status"] == "Completed"):
        assert len(trial["epochs"]) == 3
        assert trial["objective"] == pytest.approx(min(trial["epochs"]), abs=1e-5)


def test_a_trial_that_fails_is_recorded_with_its_reason_and_ends_no_other(
    searched: Searched,
) -> None:
    document = json.loads((searched.output / "trials.json").read_text())

    assert set(statuses(document)) == {"Completed", "Failed"}
    failed = [trial for trial in document["trials"] if trial["status"] == "Failed"]
    assert {trial["values"]["lr"] for trial in failed} == {"77"}
    assert all("lr=77" in trial["reason"] and trial["objective"] is None for trial in failed)


def test_the_best_head_is_kept_and_reaches_what_its_record_says(
    searched: Searched, prepared: Job
) -> None:
    document = json.loads((searched.output / "trials.json").read_text())
    train, valid = (
        FeatureSet.read(prepared.folder / f"features/{BACKBONE}/{split}.npz")
        for split in ("train", "valid")
    )
    with np.load(searched.output / "head.npz", allow_pickle=False) as arrays:
        weights = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    head = build_head(train.standardisation(), 2, hidden_units=0, dropout=0.0).eval()
    head.load_state_dict(weights)

    logits = head(torch.from_numpy(valid.features[:, 0]))
    loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(valid.labels)).item()

    objectives = {trial["name"]: trial["objective"] for trial in document["trials"]}
    assert loss == pytest.approx(objectives[document["best"]], abs=1e-6)
    assert loss == pytest.approx(min(o for o in objectives.values() if o is not None), abs=1e-6)


def test_a_trial_is_what_a_tuning_job_s_would_be(searched: Searched, prepared: Job) -> None:
    document = json.loads((searched.output / "trials.json").read_text())
    trial = next(one for one in document["trials"] if one["status"] == "Completed")
    train, valid = (
        FeatureSet.read(prepared.folder / f"features/{BACKBONE}/{split}.npz")
        for split in ("train", "valid")
    )
    given = {**trial["values"], "epochs": "3", "seed": "2"}
    used = Hyperparameters.parse([part for n, v in given.items() for part in (f"--{n}", v)])

    alone = train_head(train, valid, 2, used, lambda _: None, lambda _: None)

    assert alone.valid.loss == pytest.approx(trial["objective"], abs=1e-6)


def test_progress_is_told_trial_by_trial(searched: Searched) -> None:
    begins = [line for line in searched.lines if " begins: lr=" in line]
    ends = [line for line in searched.lines if " completed: loss=" in line]

    assert len(begins) == 5
    assert {line.partition(" begins")[0] for line in begins} == {
        f"trial {number} of 5" for number in range(1, 6)
    }
    assert len(ends) == 5 - sum(" failed: lr=77" in line for line in searched.lines)


def test_the_command_line_reads_what_is_told(searched: Searched) -> None:
    document = json.loads((searched.output / "trials.json").read_text())

    told = trials_told(searched.lines)

    assert [trial.status for trial in told] == statuses(document)
    assert [trial.hyperparameters for trial in told] == [
        one["values"] for one in document["trials"]
    ]
    for trial, record in zip(told, document["trials"], strict=True):
        assert trial.loss == pytest.approx(record["objective"], abs=1e-6)


def test_a_search_of_which_no_trial_learns_says_why(prepared: Job, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no trial .* has reached a validation loss: lr=77 must"):
        Searched(tmp_path).run(prepared.folder / "features", range_lr="77", trials="1")


def test_a_search_whose_time_is_over_keeps_what_it_has(prepared: Job, tmp_path: Path) -> None:
    asked = count()

    Searched(tmp_path).run(
        prepared.folder / "features", is_over=lambda: next(asked) > 9, epochs="1000000", trials="9"
    )

    document = json.loads((tmp_path / "trials.json").read_text())
    assert set(statuses(document)) == {"Stopped"}
    assert len(document["trials"]) < 9
    assert (tmp_path / "head.npz").exists()


def test_a_process_that_dies_takes_only_its_trial_with_it(prepared: Job, tmp_path: Path) -> None:
    others = {process.pid for process in multiprocessing.active_children()}
    worker = Worker(prepared.folder / "features")
    assignment = Assignment({"lr": "0.01", "backbone": BACKBONE}, epochs=3, seed=1, folder=tmp_path)

    def kill(epoch: int, loss: float) -> bool:
        for process in multiprocessing.active_children():
            if process.pid not in others:
                process.kill()
        return True

    with pytest.raises(TrialFailed, match="its process has ended with exit code -9"):
        worker.train(assignment, kill)

    assert not worker.is_alive
    worker.close()


def test_processes_look_at_features_without_a_copy_of_their_own(prepared: Job) -> None:
    path = prepared.folder / "features" / BACKBONE / "train.npz"

    mapped, read = map_features(path), FeatureSet.read(path)

    assert isinstance(mapped.features, np.memmap)
    assert np.array_equal(mapped.features, read.features)
    assert np.array_equal(mapped.labels, read.labels)
