"""A prepared data set and a model trained on it, made once: every test only looks at them."""

from __future__ import annotations

import pytest

from tests.support.datasets import split_dataset
from tests.support.training_jobs import Job, hyperparameters
from training_code.train import run_training


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Sixteen training images of two classes, four of each held out twice."""
    return Job(tmp_path_factory.mktemp("prepared")).prepare(split_dataset())


@pytest.fixture(scope="session")
def trained(prepared: Job) -> Job:
    """The same after a training of two epochs."""
    run_training(hyperparameters(), prepared.training())
    return prepared
