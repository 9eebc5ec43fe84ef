"""A model card for tests."""

from __future__ import annotations

from inference_code.card import Architecture, Head, ModelCard, Thresholds
from inference_code.preprocessing import Preprocessing


def example_card() -> ModelCard:
    """Of a model with two classes."""
    return ModelCard(
        run="abcdefghij",
        digest="d" * 64,
        architecture=Architecture(
            backbone="resnet18", features=512, weights="none", weights_digest="", trainable="head"
        ),
        head=Head(hidden_units=0, dropout=0.2),
        classes=("Beagle", "Poodle"),
        preprocessing=Preprocessing(),
        temperature=1.0,
        thresholds=Thresholds(
            accept=0.6, unknown=-2.0, accept_source="made up", unknown_source="made up"
        ),
        metrics={"test_accuracy": 0.9},
        hyperparameters={"lr": 0.001},
        dataset_digest="",
        source_digest="",
        versions={"torch": "2.13.0"},
    )
