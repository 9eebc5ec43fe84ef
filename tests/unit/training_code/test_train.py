"""The training, and the artifact that it leaves: loaded as a stranger would."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from inference_code.card import ModelCard
from tests.support.training_jobs import Job, hyperparameters
from training_code.job.errors import InputError
from training_code.model.artifact import ExportMismatch, compare
from training_code.train import run_training

PREDICT = """
import json, sys
sys.path.insert(0, sys.argv[1] + "/code")
import inference
assert not {"torch", "training_code", "torchvision"} & set(sys.modules)
model = inference.model_fn(sys.argv[1])
for path in sys.argv[2:]:
    request = inference.input_fn(open(path, "rb").read(), "application/x-image")
    body, kind = inference.output_fn(inference.predict_fn(request, model), "application/json")
    print(body.decode())
"""


def predict(model: Path, *images: Path) -> list[dict[str, Any]]:
    """In a fresh process that knows nothing but the artifact."""
    command = [sys.executable, "-c", PREDICT, str(model), *map(str, images)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=model, env=environment, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_artifact_serves_what_training_reported(trained: Job) -> None:
    data = trained.folder / "output" / "data" / "test_predictions.jsonl"
    reported = [json.loads(line) for line in data.read_text().splitlines()]

    served = predict(
        trained.folder / "output" / "model",
        *(trained.folder / "test" / row["object"] for row in reported),
    )

    assert len(reported) == 8
    for row, answer in zip(reported, served, strict=True):
        assert answer["probabilities"] == pytest.approx(row["probabilities"], abs=1e-4)
        assert answer["decision"] in {"accept", "review", "unknown"}
        assert answer["model"]["run"] == "abcdefghij"


def test_the_artifact_answers_for_what_it_cannot_read(trained: Job, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")

    (answer,) = predict(trained.folder / "output" / "model", tmp_path / "empty.jpg")

    assert (answer["decision"], answer["error"]["code"]) == ("unreadable", "empty")


def test_the_artifact_holds_what_serving_reads_and_nothing_else(trained: Job) -> None:
    model = trained.folder / "output" / "model"

    assert {path.name for path in model.iterdir()} == {"model.json", "model.onnx", "code"}


def test_the_best_epoch_s_weights_are_kept_beside_the_artifact(trained: Job) -> None:
    kept = load_file(trained.folder / "output/checkpoints/weights.safetensors")

    assert kept["head.2.weight"].shape == (2, 512)
    assert {name.partition(".")[0] for name in kept} == {"backbone", "head"}


def test_the_card_describes_the_model(trained: Job) -> None:
    card = ModelCard.read(trained.folder / "output" / "model")

    assert card.classes == ("Red_setter", "Blue_heeler")
    assert card.architecture.backbone == "squeezenet1_1"
    assert card.metrics == trained.json("output/data/metrics.json")
    assert card.versions["torch"].startswith("2.")
    assert len(card.digest) == 64


def test_the_reports_of_a_training_are_complete(trained: Job) -> None:
    history = trained.json("output/data/history.json")
    metrics = trained.json("output/data/metrics.json")

    best = min(history, key=lambda row: row["valid_loss"])
    assert [row["epoch"] for row in history] == [1, 2]
    assert metrics["best_epoch"] == best["epoch"]
    assert metrics["validation_loss"] == pytest.approx(best["valid_loss"])
    assert (trained.folder / "output/data/loss_curves.png").stat().st_size > 10_000
    assert "Best epoch" in (trained.folder / "output/data/interpretation.md").read_text()


def test_the_test_split_is_measured_once_at_the_end(
    prepared: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    run_training(hyperparameters(epochs=1), prepared.training("again"))

    lines = capsys.readouterr().out.splitlines()
    measured = [line.split()[0] for line in lines if " loss=" in line]
    assert measured == ["train", "valid", "test"]


def test_a_zip_that_was_overwritten_since_its_preparation_is_not_trained_on(
    prepared: Job, tmp_path: Path
) -> None:
    zipped = (prepared.folder / "dataset" / "dogs.zip").read_bytes()
    (tmp_path / "dogs.zip").write_bytes(zipped.replace(b"Blue_heeler", b"Grey_poodle"))
    folders = prepared.training("overwritten")
    overwritten = {**folders.channels, "dataset": tmp_path}

    with pytest.raises(
        InputError, match=r"dogs\.zip \(version \w+\) is not the zip that was checked"
    ):
        run_training(hyperparameters(), dataclasses.replace(folders, channels=overwritten))


def test_a_frozen_backbone_does_not_change(trained: Job, prepared: Job) -> None:
    run_training(hyperparameters(epochs=1, trainable="all"), prepared.training("all"))

    frozen = load_file(trained.folder / "output/checkpoints/weights.safetensors")
    learned = load_file(prepared.folder / "all/checkpoints/weights.safetensors")
    name = "backbone.features.0.weight"
    head = "head.2.weight"
    assert not np.array_equal(frozen[name], learned[name])
    assert frozen[head].shape == learned[head].shape == (2, 512)


def test_an_export_that_says_something_else_is_refused(trained: Job) -> None:
    import torch

    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * 224 * 224, 2))
    images = torch.ones(2, 3, 224, 224)

    with pytest.raises(ExportMismatch, match="the model is not servable"):
        compare(network, trained.folder / "output/model/model.onnx", images)
