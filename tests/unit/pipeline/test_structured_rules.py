"""Lists and JSON objects as settings, and what people write in their place."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import SettingRefused
from pipeline.setting_rules import Choice, Flag, Real, Rule, Whole
from pipeline.structured_rules import Either, Several, Span, Table, as_text, frozen

SIZES = Several(Whole(1, 128), 3)
WATCHED = Table({"patience": Whole(1, 9), "stop": Flag()}, example='{"stop": true}')
NESTED = Either(Choice(("default", "off")), Table({"Overfit": WATCHED}, example='{"Overfit": {}}'))
LR = Span(1e-8, 1, by_magnitude=True)


@pytest.mark.parametrize(
    ("rule", "value", "read"),
    [
        (SIZES, 32, 32),
        (SIZES, [32], 32),
        (SIZES, [32, "64"], (32, 64)),
        (SIZES, "[32, 64]", (32, 64)),
        (SIZES, "32", 32),
        (WATCHED, {"patience": 3}, {"patience": 3}),
        (WATCHED, '{"patience": 3, "stop": true}', {"patience": 3, "stop": True}),
        (NESTED, "off", "off"),
        (NESTED, '{"Overfit": {"stop": false}}', {"Overfit": {"stop": False}}),
        (LR, 0.1, 0.1),
        (LR, "1e-3", 0.001),
        (LR, [0.1], 0.1),
        (LR, [0.1, 0.1], 0.1),
        (LR, [0.01, 0.1], (0.01, 0.1)),
        (LR, {"values": [0.01, 0.1]}, {"values": (0.01, 0.1)}),
        (LR, '{"values": [0.01]}', 0.01),
        (Span(0, 1), [0, 0.5], (0, 0.5)),
        (Real(0, 1), "0.5", 0.5),
    ],
)
def test_a_value_is_read_in_its_own_type(rule: Rule, value: object, read: object) -> None:
    assert rule.read("name", value) == read


@pytest.mark.parametrize(
    ("rule", "value", "sentence"),
    [
        (SIZES, [], "name=[…] is not a list of 1 to 3 values"),
        (SIZES, [1, 2, 3, 4], "name=[…] is not a list of 1 to 3 values"),
        (SIZES, [32, 32], "name=[…] is not a list of different values: one is there twice"),
        (SIZES, [32, 256], "name=256 is not a whole number from 1 to 128"),
        (SIZES, [[32]], "name=[…] is not a whole number from 1 to 128"),
        (SIZES, "[32", "is not valid JSON (Expecting"),
        (WATCHED, {"patient": 3}, "name='patient' is not one of its names, such as patience"),
        (WATCHED, {"stop": 1}, "name.stop=1 is not true or false"),
        (WATCHED, [1], 'name=[…] is not a JSON object such as {"stop": true}'),
        (WATCHED, '{"stop": true, "stop": false}', "is not valid JSON ('stop' is set twice)"),
        (WATCHED, '{"stop": NaN}', "is not valid JSON (NaN is no number of JSON)"),
        (WATCHED, '{"patience": ' + "9" * 5000 + "}", "is not shorter than 2,500 characters"),
        (WATCHED, '{"stop": ' + "[" * 2000, "JSON"),
        (NESTED, "on", "name='on' is not a JSON object such as"),
        (NESTED, {"Overfit": {"patience": 0}}, "name.Overfit.patience=0 is not a whole number"),
        (LR, [0.1, 0.01], "is not a range [least, most]: its first bound is greater"),
        (LR, [1, 2], "name=2 is not a number from 1e-08 to 1, or a range of them"),
        (LR, [0.1, 0.2, 0.3], 'is not a range [least, most], one number, or {"values": […]}'),
        (LR, {"values": 3}, 'is not a list of values as {"values": [0.001, 0.01]}'),
        (LR, {"values": [0.1, 0.1]}, "one is there twice"),
        (LR, {"values": [0.1], "log": True}, "is not a list of values as"),
        (Span(0, 1, by_magnitude=True), [0, 0.5], "is not a range that begins above 0"),
        (LR, "NaN", "is not a number from"),
        (LR, True, "name=True is not a number from"),
        (LR, 10**400, "is not a number from"),
        (Real(0, 1), float("inf"), "name=inf is not a number from 0 to 1"),
    ],
)
def test_what_is_no_value_ends_in_one_short_sentence(
    rule: Rule, value: object, sentence: str
) -> None:
    with pytest.raises(SettingRefused) as raised:
        rule.read("name", value)

    assert sentence in str(raised.value)
    assert len(str(raised.value)) < 250


def test_a_value_is_longer_than_a_hyperparameter_may_be_however_it_is_given() -> None:
    rule = Table({name: Several(Whole(0, 10**9), 500) for name in "ab"}, example="{}")
    fits = {"a": list(range(10**8, 10**8 + 200))}

    assert rule.read("name", fits)
    with pytest.raises(SettingRefused, match="not shorter than 2,500 characters of JSON"):
        rule.read("name", {**fits, "b": list(range(10**8, 10**8 + 100))})


@pytest.mark.parametrize("value", [(0.01, 0.1), {"values": (0.01, 0.1)}, 0.01])
def test_a_value_survives_its_way_as_text(value: object) -> None:
    assert LR.read("name", as_text(value)) == value
    assert frozen(json.loads(json.dumps(value))) == value
