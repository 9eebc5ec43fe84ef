"""The rules over the loss, and over classes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.support.watched_trainings import Batch, WatchedTraining, blobs, network
from training_code.rules.classes import ClassImbalance
from training_code.rules.history import History
from training_code.rules.losses import LossNotDecreasing, Overfit, Overtraining, StalledTraining
from training_code.rules.rule import Rule


@pytest.mark.parametrize(
    ("rule", "training", "sentence"),
    [
        (LossNotDecreasing(), "numb", "the training loss "),
        (Overfit(), "rote", "the validation loss ("),
        (Overtraining(), "rote", "the training loss has not improved by 0.01 for 6 epochs: it was"),
        (
            Overtraining(patience_train=100),
            "rote",
            "the validation loss has not improved by 0.01 for 11 epochs: it was",
        ),
    ],
)
def test_an_illness_is_found(
    rule: Rule, training: str, sentence: str, request: pytest.FixtureRequest
) -> None:
    verdict = rule.judge(request.getfixturevalue(training))

    assert verdict is not None
    assert verdict.issue
    assert verdict.sentence.startswith(sentence)


@pytest.mark.parametrize(
    "rule", [LossNotDecreasing(), Overfit(), Overtraining(), StalledTraining(), ClassImbalance()]
)
def test_a_training_that_is_well_has_nothing(rule: Rule, well: History) -> None:
    verdict = rule.judge(well)

    assert verdict is not None
    assert not verdict.issue, verdict.sentence


def test_overfitting_is_told_once_it_lasts_longer_than_patience_allows(rote: History) -> None:
    impatient, patient = Overfit(patience=0).judge(rote), Overfit(patience=5).judge(rote)

    assert impatient is not None
    assert patient is not None
    assert patient.step == impatient.step + 5 * 4  # epochs of four steps
    assert patient.numbers["ratio"] > 0.1


def test_what_comes_of_an_epoch_that_has_not_ended_is_not_compared(rote: History) -> None:
    begun = History(rote.counts)

    for row in [*rote.steps["train"], *rote.steps["valid"]]:
        begun.add(row)

    assert Overfit().judge(begun) is None


def test_a_loop_that_stands_still_is_found(tmp_path: Path) -> None:
    def stalling(batches: Sequence[Batch]) -> Iterator[Batch]:
        for number, batch in enumerate(batches):
            if number == 3:
                subprocess.run(["sleep", "0.3"], check=True)
            yield batch

    training = WatchedTraining(
        folder=tmp_path, network=network(nn.ReLU()), train=blobs(60), loader=stalling, epochs=1
    )

    verdict = StalledTraining(threshold=0.25).judge(training.history())

    assert verdict is not None
    assert verdict.issue
    assert verdict.numbers["seconds"] >= 0.25


def test_a_class_with_many_times_the_images_of_another_is_found(tmp_path: Path) -> None:
    images, labels = blobs(90)
    rare = torch.cat([torch.where(labels == 0)[0], torch.where(labels == 1)[0][:2]])
    training = WatchedTraining(
        folder=tmp_path, network=network(nn.ReLU()), train=(images[rare], labels[rare]), epochs=1
    )

    verdict = ClassImbalance().judge(training.history())

    assert verdict is not None
    assert verdict.issue
    assert verdict.sentence.startswith("class 0 has 30 training images and class 1 2")


def test_a_class_that_alone_is_taken_for_others_is_found(tmp_path: Path) -> None:
    images, labels = blobs(90)
    mistaken = torch.where(labels == 2, labels * 0, labels)  # it is never taught
    mistaken[2] = 2  # but once: there is such a class
    training = WatchedTraining(
        folder=tmp_path,
        network=network(nn.ReLU()),
        train=(images, mistaken),
        valid=blobs(600, seed=4),
    )

    verdict = ClassImbalance(threshold_imbalance=1000).judge(training.history())

    assert verdict is not None
    assert verdict.issue
    assert verdict.sentence.startswith("class 2 is taken for another class")
