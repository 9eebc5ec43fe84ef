"""Numbers small enough to be worked out by hand."""

from __future__ import annotations

import json
import math
import tracemalloc
from collections.abc import Sequence
from itertools import repeat

import pytest

from pipeline.evaluation import Evaluation, evaluate
from pipeline.parity import Answer, NotServed, Scored, Served

CLASSES = ["Beagle", "Pug", "Saluki"]
TRAINED = [
    Scored("0", 0, (0.7, 0.2, 0.1)),
    Scored("1", 0, (0.3, 0.6, 0.1)),
    Scored("2", 1, (0.1, 0.8, 0.1)),
    Scored("3", 2, (0.25, 0.25, 0.5)),
]


def served_as(**changed: tuple[float, ...]) -> dict[str, Answer]:
    """As training said, but for the images named (with an `n` before the number)."""
    said = {row.name: row.probabilities for row in TRAINED}
    said |= {name.removeprefix("n"): given for name, given in changed.items()}
    return {name: Served(given, "run", "digest") for name, given in said.items()}


def evaluated(served: dict[str, Answer], classes: Sequence[str] = CLASSES) -> Evaluation:
    nothing = NotServed("there is no answer")
    return evaluate(((row, served.get(row.name, nothing)) for row in TRAINED), classes, "run")


def test_accuracy_and_loss_are_means_over_images() -> None:
    evaluation = evaluated(served_as())

    assert evaluation.accuracy == 3 / 4
    expected = -(math.log(0.7) + math.log(0.3) + math.log(0.8) + math.log(0.5)) / 4
    assert evaluation.loss == pytest.approx(expected)
    assert evaluation.images == 4


def test_the_confusion_has_the_true_class_in_rows() -> None:
    evaluation = evaluated(served_as())

    assert evaluation.confusion == ((1, 1, 0), (0, 1, 0), (0, 0, 1))


def test_each_class_has_its_recall_and_precision() -> None:
    beagle, pug, saluki = evaluated(served_as()).per_class

    assert beagle == {"label": "Beagle", "images": 2, "recall": 0.5, "precision": 1.0}
    assert pug == {"label": "Pug", "images": 1, "recall": 1.0, "precision": 0.5}
    assert saluki == {"label": "Saluki", "images": 1, "recall": 1.0, "precision": 1.0}


def test_a_class_without_test_images_has_no_share_of_anything() -> None:
    evaluation = evaluated(served_as(), [*CLASSES, "Whippet"])

    assert evaluation.per_class[3] == {
        "label": "Whippet",
        "images": 0,
        "recall": 0.0,
        "precision": 0.0,
    }


def test_a_certain_mistake_has_a_large_but_finite_loss() -> None:
    evaluation = evaluated(served_as(n0=(0.0, 1.0, 0.0)))

    assert math.isfinite(evaluation.loss)
    assert evaluation.loss > -math.log(1e-12) / 4


def test_serving_that_says_what_training_said_passes() -> None:
    parity = evaluated(served_as()).parity

    assert parity.passed
    assert (parity.compared, parity.largest_difference) == (4, 0.0)


@pytest.mark.parametrize(("difference", "passed"), [(0.019, True), (0.021, False)])
def test_probabilities_may_differ_within_the_tolerance(difference: float, passed: bool) -> None:
    parity = evaluated(served_as(n0=(0.7 - difference, 0.2 + difference, 0.1))).parity

    assert parity.passed is passed
    assert parity.largest_difference == pytest.approx(difference)
    assert parity.differing == (() if passed else ("0",))


@pytest.mark.parametrize(("margin", "passed"), [(0.01, True), (0.03, False)])
def test_another_class_may_win_only_a_tie(margin: float, passed: bool) -> None:
    said = Scored("0", 0, (0.5 + margin / 2, 0.5 - margin / 2))
    served = Served((0.5 - margin / 5, 0.5 + margin / 5), "run", "d")

    parity = evaluate([(said, served)], ["a", "b"], "run").parity

    assert parity.largest_difference <= 0.0211
    assert parity.passed is passed


def test_answers_of_another_run_s_model_differ_whatever_they_say() -> None:
    served = served_as()
    served["2"] = Served(TRAINED[2].probabilities, "another", "digest")

    assert evaluated(served).parity.differing == ("2",)


def test_an_image_without_an_answer_is_missing_and_not_counted() -> None:
    served = served_as()
    del served["3"]

    evaluation = evaluated(served)

    assert evaluation.parity.missing == ("3",)
    assert evaluation.images == 3
    assert evaluation.parity.sentence() == (
        "1 test images have no prediction, the first is 3 (there is no answer)"
    )


@pytest.mark.parametrize("strange", [(1.0,), (0.5, 0.2, 0.2, 0.1), (math.nan, 0.5, 0.5)])
def test_a_strange_answer_differs_and_is_not_counted(strange: tuple[float, ...]) -> None:
    evaluation = evaluated(served_as(n0=strange))

    assert evaluation.parity.differing == ("0",)
    assert evaluation.parity.largest_difference == 1.0
    assert evaluation.images == 3
    assert math.isfinite(evaluation.loss)


def test_nothing_served_is_evaluated_without_a_division_by_nothing() -> None:
    evaluation = evaluated({})

    assert (evaluation.accuracy, evaluation.loss, evaluation.images) == (0.0, 0.0, 0)
    assert not evaluation.parity.passed


def test_the_document_holds_all_of_it() -> None:
    document = json.loads(evaluated(served_as()).as_json())

    assert document["schema"] == "kennel.evaluation/1"
    assert document["accuracy"] == 0.75
    assert document["confusion"]["matrix"] == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert document["parity"] == {
        "passed": True,
        "compared": 4,
        "missing": [],
        "differing": [],
        "largest_difference": 0.0,
        "tolerance": 0.02,
    }


def test_memory_does_not_grow_with_the_images() -> None:
    said = Scored("0", 0, (0.7, 0.2, 0.1))
    served = Served((0.7, 0.2, 0.1), "run", "digest")

    def peak(images: int) -> int:
        tracemalloc.start()
        try:
            assert evaluate(repeat((said, served), images), CLASSES, "run").images == images
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # A list of so many alone would have 160 kB; some kB come from whoever else is at work.
    assert peak(20_000) < peak(20) + 100_000
