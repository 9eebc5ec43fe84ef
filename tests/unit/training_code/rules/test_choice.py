"""Which rules a run's setting makes watch; and that the functions know the same ones."""

from __future__ import annotations

import pytest

from pipeline.errors import SettingRefused
from pipeline.setting_rules import Flag, Real, Rule, Whole
from pipeline.training_rules import PARAMETERS, RuleChoice
from training_code.job.errors import InputError
from training_code.rules.choice import choose, parameters_of
from training_code.rules.losses import Overfit
from training_code.rules.registry import RULES

TYPES: dict[type[Rule], str] = {Flag: "bool", Whole: "int", Real: "float"}


def test_the_functions_know_the_rules_and_parameters_that_there_are() -> None:
    there = {name: parameters_of(rule) for name, rule in RULES.items()}

    known = {
        name: {parameter: TYPES.get(type(kind), "str") for parameter, kind in parameters.items()}
        for name, parameters in PARAMETERS.items()
    }

    assert known == there


@pytest.mark.parametrize("name", RULES)
def test_the_functions_take_every_default(name: str) -> None:
    defaults = {n: value for n, value in vars(RULES[name]()).items() if value is not None}

    assert RuleChoice().read("rules", {name: defaults}) == {name: defaults}


def test_by_default_all_watch_and_none_ends_the_job() -> None:
    chosen = choose("default")

    assert [one.name for one in chosen] == list(RULES)
    assert not any(one.stops for one in chosen)
    assert choose("off") == []


def test_an_object_names_those_that_watch_with_their_parameters() -> None:
    (overfit,) = choose('{"Overfit": {"patience": 3, "stop": true}}')

    assert overfit.rule == Overfit(patience=3)
    assert overfit.stops


def test_beside_default_an_object_changes_some_of_all() -> None:
    chosen = {one.name: one for one in choose('{"default": {}, "Overfit": {"stop": true}}')}

    assert list(chosen) == list(RULES)
    assert [name for name, one in chosen.items() if one.stops] == ["Overfit"]
    assert all(one.stops for one in choose('{"default": {"stop": true}}'))


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ('{"Overfitt": {}}', "there is no rule 'Overfitt', but Overfit"),
        ('{"Overfit": {"patients": 1}}', "rule Overfit has no parameter 'patients', but patience"),
        ('{"Overfit": 3}', "the parameters of rule Overfit must be an object"),
        ("[1]", "rules must be one JSON object"),
        ("deflt", "is not default, off or JSON"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest_name(setting: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        choose(setting)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"Overfitt": {}}, "rules='Overfitt' is not one of its names, such as Overfit"),
        (
            {"Overfit": {"patients": 1}},
            "rules.Overfit='patients' is not one of its names, such as patience",
        ),
        ({"Overfit": {"patience": "x"}}, "rules.Overfit.patience='x' is not a whole number"),
        ({"Overfit": {"stop": 1}}, "rules.Overfit.stop=1 is not true or false"),
        ({"AllZero": {"threshold": 101}}, "is not a number from 0 to 100"),
        ({"AllZero": {"tensor_regex": "("}}, "is not a regular expression"),
        ({"AllZero": {"collection_names": "losses"}}, "is not like weights,gradients"),
        ("deflt", 'is not a JSON object such as {"Overfit": {"patience": 3, "stop": true}}'),
        ({"AllZero": {"tensor_regex": "x" * 257}}, "at most 256 characters"),
    ],
)
def test_the_functions_refuse_it_before_any_job_starts(value: object, wanted: str) -> None:
    with pytest.raises(SettingRefused) as raised:
        RuleChoice().read("rules", value)

    assert wanted in str(raised.value)


def test_a_choice_that_no_job_could_be_told_is_refused() -> None:
    expressions = {"tensor_regex": "x" * 250, "collection_names": ",".join(["weights"] * 30)}
    names = [name for name, known in PARAMETERS.items() if expressions.keys() <= known.keys()]
    others = {name: {"stop": True} for name in PARAMETERS}

    with pytest.raises(SettingRefused, match=r"2,500 characters of JSON"):
        RuleChoice().read("rules", others | dict.fromkeys(names, expressions))
