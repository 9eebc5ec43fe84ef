"""SageMaker Debugger's hook: there when configured, and the model serves all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from inference_code.classifier import Classifier
from tests.support.training_jobs import Job, hyperparameters
from training_code.model.backbone import new_network
from training_code.recorder.debug_hook import NoHook, create_hook
from training_code.train import run_training

INTERVALS = {"train.save_interval": "1", "eval.save_interval": "1"}


RELU_INPUTS = {
    "CollectionName": "relu_input",
    "CollectionParameters": {"include_regex": ".*relu_input", **INTERVALS},
}


def configuration(folder: Path) -> dict[str, object]:
    """As SageMaker writes it into the container."""
    return {
        "S3OutputPath": "s3://bucket/runs/abcdefghij/training/debug/",
        "LocalPath": str(folder / "tensors"),
        "CollectionConfigurations": [
            {"CollectionName": "losses", "CollectionParameters": INTERVALS},
            {"CollectionName": "weights", "CollectionParameters": INTERVALS},
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

    run_training(
        hyperparameters(final="images", trainable="last_block", backbone_epochs=1), folders
    )

    trial = create_trial(str(prepared.folder / "debugged" / "tensors"))
    (loss,) = trial.tensor_names(collection="losses")
    assert len(trial.tensor(loss).steps(mode=modes.TRAIN)) == 6
    assert trial.tensor(loss).steps(mode=modes.EVAL)
    head = trial.tensor("gradient/Network_head.2.weight").steps(mode=modes.TRAIN)
    block = "gradient/Network_backbone.features.12.squeeze.weight"  # learns in the second stage
    assert (len(head), len(trial.tensor(block).steps(mode=modes.TRAIN))) == (6, 2)
    assert trial.tensor_names(collection="weights")
    assert Classifier.load(folders.model).card.run == "abcdefghij"


@pytest.mark.filterwarnings("ignore:tostring:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*find_spec:ImportWarning")
@pytest.mark.parametrize(
    ("backbone", "relu"),
    [
        ("mobilenet_v2", "features.0.2_relu"),  # a ReLU6 without a name, in place
        ("resnet18", "layer1.0.relu"),
        ("googlenet", "conv1_relu"),  # no layer: a call
    ],
)
def test_what_relus_are_given_is_saved_in_training_and_evaluation_whatever_the_backbone(
    backbone: str, relu: str, tmp_path: Path
) -> None:
    pytest.importorskip("smdebug.pytorch", exc_type=ImportError)
    from smdebug import modes
    from smdebug.trials import create_trial

    path = tmp_path / "debughookconfig.json"
    asked = configuration(tmp_path) | {"CollectionConfigurations": [RELU_INPUTS]}
    path.write_text(json.dumps(asked))
    network, criterion = new_network(backbone), nn.CrossEntropyLoss()
    images, labels = torch.randn(2, 3, 32, 32), torch.tensor([0, 1])
    hook = create_hook(path)
    hook.register(network, criterion)

    hook.training()
    outputs = network(images)
    criterion(getattr(outputs, "logits", outputs), labels).backward()
    hook.evaluating()
    with torch.no_grad():
        criterion(network.eval()(images), labels)
    hook.close()

    trial = create_trial(str(tmp_path / "tensors"))
    given = trial.tensor(f"{relu}_input_0")
    assert given.steps(mode=modes.TRAIN) == given.steps(mode=modes.EVAL) == [0]
    assert given.value(0, mode=modes.TRAIN).min() < 0
