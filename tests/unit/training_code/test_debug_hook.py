"""SageMaker Debugger's hook: there when configured, and the model serves all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inference_code.classifier import Classifier
from tests.support.training_jobs import Job, hyperparameters
from training_code.recorder.debug_hook import NoHook, create_hook
from training_code.train import run_training

INTERVALS = {"train.save_interval": "1", "eval.save_interval": "1"}


def configuration(folder: Path) -> dict[str, object]:
    """As SageMaker writes it into the container."""
    return {
        "S3OutputPath": "s3://bucket/runs/abcdefghij/training/debug/",
        "LocalPath": str(folder / "tensors"),
        "CollectionConfigurations": [
            {"CollectionName": "losses", "CollectionParameters": INTERVALS},
            {"CollectionName": "gradients", "CollectionParameters": INTERVALS},
        ],
    }


def test_without_a_configuration_there_is_no_hook(tmp_path: Path) -> None:
    assert isinstance(create_hook(tmp_path / "debughookconfig.json"), NoHook)


# smdebug is not maintained: numpy and Python announce what it still uses.
@pytest.mark.filterwarnings("ignore:tostring:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*find_spec:ImportWarning")
def test_a_hooked_training_saves_tensors_and_serves_as_it_is(prepared: Job) -> None:
    pytest.importorskip("smdebug.pytorch", exc_type=ImportError)
    from smdebug import modes
    from smdebug.trials import create_trial

    folders = prepared.training("debugged")
    folders.debug_configuration.parent.mkdir(parents=True)
    folders.debug_configuration.write_text(json.dumps(configuration(prepared.folder / "debugged")))

    run_training(hyperparameters(), folders)

    trial = create_trial(str(prepared.folder / "debugged" / "tensors"))
    (loss,) = trial.tensor_names(collection="losses")
    assert len(trial.tensor(loss).steps(mode=modes.TRAIN)) == 4
    assert trial.tensor(loss).steps(mode=modes.EVAL)
    assert trial.tensor_names(collection="gradients")
    assert Classifier.load(folders.model).card.run == "abcdefghij"
