"""What is tried, and which trial is hopeless."""

from __future__ import annotations

import pytest

from tests.support.searches import plan
from training_code.job.errors import InputError
from training_code.search.plan import SearchPlan
from training_code.search.study import Proposal, Study


def ask(study: Study) -> Proposal:
    proposal = study.ask()
    assert proposal
    return proposal


def all_of(study: Study) -> list[Proposal]:
    return list(iter(study.ask, None))


@pytest.mark.parametrize("strategy", ["bayesian", "random", "hyperband"])
def test_values_are_drawn_from_their_ranges(strategy: str) -> None:
    study = Study(plan(strategy=strategy, trials="30", range_hidden_units="0,128"))

    proposals = all_of(study)

    assert [proposal.number for proposal in proposals] == list(range(1, 31))
    for values in (proposal.values for proposal in proposals):
        assert 0.001 <= float(values["lr"]) <= 0.1
        assert 0 <= float(values["dropout"]) <= 0.5
        assert (values["batch-size"], values["eps"]) == ("8", "0.00000001")
    assert {proposal.values["hidden-units"] for proposal in proposals} == {"0", "128"}
    assert "e" not in "".join("".join(one.values.values()) for one in proposals)


def test_small_learning_rates_are_tried_as_often_as_large_ones() -> None:
    study = Study(plan(strategy="random", trials="100"))

    rates = sorted(float(proposal.values["lr"]) for proposal in all_of(study))

    assert 0.005 < rates[50] < 0.02  # evenly drawn, it would be near 0.05


def test_the_same_seed_tries_the_same_values() -> None:
    first, second, other = (
        [proposal.values for proposal in all_of(Study(plan(seed=seed)))] for seed in "112"
    )

    assert first == second != other


def test_a_grid_is_gone_through_once() -> None:
    study = Study(
        plan(strategy="grid", range_lr="0.1,0.01", range_dropout="0,0.2,0.5", trials="100")
    )

    points = [(one.values["lr"], one.values["dropout"]) for one in all_of(study)]

    assert len(points) == len(set(points)) == 6


def told(study: Study, losses: list[float]) -> None:
    proposal = ask(study)
    for epoch, loss in enumerate(losses, start=1):
        assert not study.is_hopeless(proposal, epoch, loss)
    study.tell(proposal, losses[-1], stopped=False)


@pytest.mark.parametrize(("early_stopping", "hopeless"), [("auto", True), ("off", False)])
def test_a_trial_behind_the_median_of_the_others_is_hopeless(
    early_stopping: str, hopeless: bool
) -> None:
    study = Study(plan(early_stopping=early_stopping, trials="9", epochs="5"))
    for _ in range(5):
        told(study, [0.5, 0.4, 0.3, 0.2, 0.1])

    bad, good = ask(study), ask(study)

    assert not study.is_hopeless(bad, 1, 3.0)  # nobody is judged by a first epoch
    assert study.is_hopeless(bad, 2, 3.0) == hopeless
    assert not study.is_hopeless(good, 2, 0.3)
    assert not study.is_hopeless(bad, 5, 3.0)  # it is done


def test_failed_trials_are_no_trials_to_learn_from() -> None:
    study = Study(plan())

    study.tell(ask(study), None, stopped=False)

    assert len(all_of(study)) == 3


@pytest.mark.parametrize(
    "text", ["0.1:0.2", "0.2:0.1:linear", "0:1:log", "a:b:log", "0.1:0.2:cubic"]
)
def test_a_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="range-lr="):
        plan(range_lr=text)


def test_without_a_search_in_the_job_there_is_no_plan() -> None:
    assert SearchPlan.parse(["--search", "tuning_job", "--seed", "1"]) is None
    assert SearchPlan.parse(["--seed", "1"]) is None
