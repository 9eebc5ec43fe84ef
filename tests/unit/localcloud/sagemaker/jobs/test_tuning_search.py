"""Ranges as SageMaker declares them, drawn from by Optuna."""

from __future__ import annotations

from typing import Any

from localcloud.sagemaker.jobs.tuning_definition import Definition, Objective
from localcloud.sagemaker.jobs.tuning_search import Search

LR = {"Name": "lr", "MinValue": "0.0001", "MaxValue": "0.1", "ScalingType": "Logarithmic"}
X = {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "-9", "MaxValue": "9"}]}
HYPERBAND = {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 9}}


def search(*spaces: dict[str, Any], strategy: str = "Bayesian", **config: Any) -> Search:
    """A search for the least loss; each space is that of one definition."""
    objective = Objective("loss", minimize=True)
    tuned = [
        Definition({"DefinitionName": str(n)}, space, objective) for n, space in enumerate(spaces)
    ]
    return Search({"Strategy": strategy, "RandomSeed": 1, **config}, tuned)


def test_values_are_text_within_the_bounds() -> None:
    batch = {"Name": "batch", "Values": ["32", "64"]}
    epochs = {"Name": "epochs", "MinValue": "2", "MaxValue": "6"}
    found = search(
        {
            "ContinuousParameterRanges": [LR],
            "IntegerParameterRanges": [epochs],
            "CategoricalParameterRanges": [batch],
        }
    )

    values = [found.ask().values for _ in range(20)]

    assert all(0.0001 <= float(item["lr"]) <= 0.1 for item in values)
    assert {item["epochs"] for item in values} <= {"2", "3", "4", "5", "6"}
    assert {item["batch"] for item in values} == {"32", "64"}


def test_the_search_comes_closer_to_the_best_value() -> None:
    found = search(X)

    distances = []
    for _ in range(40):
        proposal = found.ask()
        distances.append(abs(float(proposal.values["x"]) - 2))
        found.tell(proposal, distances[-1])

    assert sum(distances[-10:]) < sum(distances[:10])


def test_a_failed_trial_can_be_told() -> None:
    found = search({"ContinuousParameterRanges": [LR]})

    found.tell(found.ask(), None)

    assert float(found.ask().values["lr"]) > 0


def test_reverse_logarithmic_values_crowd_at_the_top() -> None:
    momentum = {"Name": "m", "MinValue": "0", "MaxValue": "0.999"}
    reverse = {**momentum, "ScalingType": "ReverseLogarithmic"}
    found = search({"ContinuousParameterRanges": [reverse]})

    values = [float(found.ask().values["m"]) for _ in range(10)]

    assert sum(value > 0.5 for value in values) > 5


def test_a_warm_start_searches_where_others_have_found_the_best() -> None:
    cold, warm = search(X), search(X)

    warm.learn([({"x": str(x)}, abs(x - 2)) for x in range(-9, 10)])

    def distance(found: Search) -> float:
        return sum(abs(float(found.ask().values["x"]) - 2) for _ in range(10))

    assert distance(warm) < distance(cold) / 2


def test_a_warm_start_passes_over_what_is_out_of_today_s_ranges() -> None:
    found = search(X)

    found.learn([({"x": "99"}, 0.0), ({"x": "much"}, 0.0), ({"y": "1"}, 0.0)])

    assert -9 <= float(found.ask().values["x"]) <= 9


def test_every_definition_has_its_turn_with_its_own_ranges() -> None:
    found = search(X, {"CategoricalParameterRanges": [{"Name": "depth", "Values": ["2", "4"]}]})

    proposals = [found.ask() for _ in range(2)]

    assert [proposal.definition.name for proposal in proposals] == ["0", "1"]
    assert [set(proposal.values) for proposal in proposals] == [{"x"}, {"depth"}]


def test_the_better_definition_is_preferred() -> None:
    found = search(X, X)

    chosen = []
    for _ in range(30):
        proposal = found.ask()
        chosen.append(proposal.definition.name)
        found.tell(proposal, 1.0 if proposal.definition.name == "1" else 9.0)

    assert chosen.count("1") > 20


def test_grids_of_several_definitions_are_tried_completely() -> None:
    grids = [{"CategoricalParameterRanges": [{"Name": n, "Values": ["1", "2"]}]} for n in "ab"]
    found = search(*grids, strategy="Grid")

    tried = [found.ask().values for _ in range(4)]

    assert tried == [{"a": "1"}, {"a": "2"}, {"b": "1"}, {"b": "2"}]


def test_hyperband_stops_what_is_worse_at_a_rung_and_no_other_strategy_does() -> None:
    def stopped(found: Search) -> list[bool]:
        proposals = [found.ask() for _ in range(9)]
        return [found.report(p, [float(n)] * 4) for n, p in enumerate(proposals, start=1)]

    hyperband = stopped(search(X, strategy="Hyperband", StrategyConfig=HYPERBAND))

    assert not hyperband[0]
    assert any(hyperband)
    assert not any(stopped(search(X)))


def test_hyperband_leaves_a_trial_alone_before_its_least_epoch() -> None:
    config = {"HyperbandStrategyConfig": {"MinResource": 5, "MaxResource": 9}}
    found = search(X, strategy="Hyperband", StrategyConfig=config)

    assert not any(found.report(found.ask(), [float(n)] * 4) for n in range(9))


def test_hyperband_stops_a_trial_that_goes_on_beyond_the_most() -> None:
    found = search(X, strategy="Hyperband", StrategyConfig=HYPERBAND)
    proposal = found.ask()

    assert not found.report(proposal, [1.0] * 9)
    assert found.report(proposal, [1.0] * 10)


def test_a_trial_that_hyperband_has_stopped_can_be_told() -> None:
    found = search(X, strategy="Hyperband", StrategyConfig=HYPERBAND)
    proposals = [found.ask() for _ in range(9)]
    stopped = [p for n, p in enumerate(proposals) if found.report(p, [float(n)] * 4)]

    found.tell(stopped[0], 8.0)

    assert not found.report(stopped[1], [1.0] * 4)
    assert found.ask().number == 9
