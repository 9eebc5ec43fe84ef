"""A job that is asked to stop ends with what it has."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator

import pytest

from tests.unit.training_code.conftest import Job, hyperparameters
from training_code.stopping import StopRequest
from training_code.train import run_training


@pytest.fixture(autouse=True)
def own_handler() -> Iterator[None]:
    """The test process keeps its own way of ending."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_sigterm_is_remembered_and_does_not_end_the_process() -> None:
    stop = StopRequest().listen()

    signal.raise_signal(signal.SIGTERM)

    assert stop.made


def test_a_stopped_training_leaves_a_model_of_what_it_has_learned(
    prepared: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop_at_once(metric_line: str) -> None:
        if metric_line.startswith("train epoch=1 "):
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("training_code.train.print_now", stop_at_once)

    run_training(hyperparameters(epochs=50), prepared.training("stopped"))

    history = json.loads((prepared.folder / "stopped/data/history.json").read_text())
    assert len(history) == 1
    assert (prepared.folder / "stopped/model/model.onnx").exists()
