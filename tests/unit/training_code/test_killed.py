"""SageMaker kills a job that it stops, untold: what was written by then is what is left."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.support.training_jobs import Job
from tests.support.training_programs import report, run_program
from training_code.recorder.row_lines import read_rows
from training_code.recorder.rows import StepRow, TensorRow

ENDLESS = ["--epochs", "100000"]
SHORT = ["--final", "images", "--epochs", "2", "--trainable", "last_block"]
SHORT += ["--backbone-epochs", "2", "--dropout", "0.3"]


def test_a_killed_training_leaves_its_best_epoch(prepared: Job, tmp_path: Path) -> None:
    run_program("train", prepared, tmp_path, *ENDLESS, until="valid epoch=2 ")

    assert report(tmp_path, "history.json")[0]["epoch"] == 1
    assert load_file(tmp_path / "checkpoints/weights.safetensors")


@pytest.mark.parametrize("program", ["train", "trial"])
def test_a_killed_job_has_lost_no_row_of_what_it_recorded(
    program: str, prepared: Job, tmp_path: Path
) -> None:
    told = ["--recorder", '{"steps": 1, "tensors": 1}']

    run_program(program, prepared, tmp_path, *ENDLESS, *told, until="valid epoch=2 ")

    steps = [*read_rows(tmp_path / "data/recorder", StepRow)]
    # Each of both epochs: two steps of training, and validation in one.
    assert [(row.step, row.phase) for row in steps][:6] == [
        *((1, "train"), (2, "train"), (2, "valid")),
        *((3, "train"), (4, "train"), (4, "valid")),
    ]
    assert [*read_rows(tmp_path / "data/recorder", TensorRow)][-1].step >= 4


def test_a_killed_trial_leaves_its_best_head(prepared: Job, tmp_path: Path) -> None:
    run_program("trial", prepared, tmp_path, *ENDLESS, until="valid epoch=2 ")

    assert json.loads((tmp_path / "model/head.json").read_text())["epoch"] >= 1
    assert len(json.loads((tmp_path / "data/epochs.json").read_text())["validation_loss"]) >= 1
    assert np.load(tmp_path / "model/head.npz")["2.weight"].shape[1] == 512


@pytest.fixture(scope="module")
def undisturbed(prepared: Job, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("undisturbed")
    run_program("train", prepared, output, *SHORT)
    return output


# In the first stage, and in the second one: each is gone on with where it was.
@pytest.mark.parametrize("last", ["train epoch=2 ", "train epoch=4 "])
def test_a_killed_training_goes_on_and_ends_with_the_same_figures(
    prepared: Job, undisturbed: Path, tmp_path: Path, last: str
) -> None:
    run_program("train", prepared, tmp_path, *SHORT, until=last)

    lines = run_program("train", prepared, tmp_path, *SHORT)

    assert any(line.startswith("goes on after epoch") for line in lines)
    assert "train epoch=1 " not in "".join(lines)
    for name in ("metrics.json", "history.json"):
        assert report(tmp_path, name) == report(undisturbed, name)
    assert {path.name for path in (tmp_path / "checkpoints").iterdir()} == {"weights.safetensors"}


def test_a_checkpoint_that_cannot_be_read_is_begun_anew(prepared: Job, tmp_path: Path) -> None:
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints/head.pt").write_bytes(b"torn")

    lines = run_program("train", prepared, tmp_path, "--epochs", "1")

    assert lines[0] == "begins anew, as head.pt cannot be read"
    assert lines[1].startswith("train epoch=1 ")
