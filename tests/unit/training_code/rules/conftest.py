"""Small trainings, ill and well, made once: every rule only looks at their rows."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.support.watched_trainings import WatchedTraining, blobs, network
from training_code.rules.history import History


@pytest.fixture(scope="session")
def well(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Learns what can be learned, within a few epochs."""
    folder = tmp_path_factory.mktemp("well")
    return WatchedTraining(folder=folder, network=network(nn.ReLU()), train=blobs(90)).history()


@pytest.fixture(scope="session")
def numb(tmp_path_factory: pytest.TempPathFactory) -> History:
    """All weights zero: nothing passes through the layers, backwards neither."""
    numb = network(nn.ReLU())
    for name, parameter in numb.named_parameters():
        nn.init.zeros_(parameter)
        parameter.requires_grad_(name.endswith("weight"))  # biases would learn which class is rare
    return WatchedTraining(
        folder=tmp_path_factory.mktemp("numb"), network=numb, train=blobs(90)
    ).history()


@pytest.fixture(scope="session")
def wild(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Steps so large that numbers end."""
    return WatchedTraining(
        folder=tmp_path_factory.mktemp("wild"),
        network=network(nn.ReLU()),
        train=blobs(90),
        lr=1e12,
        optimizer=torch.optim.SGD,
    ).history()


@pytest.fixture(scope="session")
def stiff(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Begins with weights so large that its tanh and its ReLU are at their limits."""
    stiff = network(nn.Tanh(), nn.Linear(16, 16), nn.ReLU())
    nn.init.normal_(stiff[0].weight, std=1000)  # type: ignore[arg-type]  # a layer has them
    nn.init.constant_(stiff[2].bias, -1000)  # type: ignore[arg-type]
    return WatchedTraining(
        folder=tmp_path_factory.mktemp("stiff"), network=stiff, train=blobs(90)
    ).history()


@pytest.fixture(scope="session")
def rote(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Learns thirty images by heart whose labels are drawn by lot, long after it knows them."""
    images, labels = blobs(30)
    drawn = labels[torch.randperm(30, generator=torch.Generator().manual_seed(3))]
    return WatchedTraining(
        folder=tmp_path_factory.mktemp("rote"),
        network=network(nn.ReLU(), width=64),
        train=(images, drawn),
        epochs=30,
        lr=0.03,
    ).history()
