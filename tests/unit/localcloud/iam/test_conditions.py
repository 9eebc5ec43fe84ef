"""Condition operators as IAM's reference describes them, missing keys and sets included."""

from __future__ import annotations

import pytest

from localcloud.iam.conditions import Condition, UnsupportedPolicy

KEY = "dynamodb:LeadingKeys"
ARN = "arn:aws:s3:::kennel"


def holds(operator: str, wanted: tuple[str, ...], *given: str) -> bool:
    context = {KEY: given} if given else {}
    return Condition.parse(operator, KEY, wanted).holds(context)


@pytest.mark.parametrize(
    ("operator", "wanted", "given"),
    [
        ("StringEquals", ("a", "b"), "b"),
        ("StringNotEquals", ("a", "b"), "c"),
        ("StringEqualsIgnoreCase", ("Ab",), "aB"),
        ("StringLike", ("runs/*",), "runs/x/y"),
        ("StringNotLike", ("runs/*",), "code/x"),
        ("ArnLike", ("arn:aws:s3:::ken*",), ARN),
        ("ArnEquals", ("arn:aws:s3:::ken*",), ARN),
        ("ArnNotLike", ("arn:aws:s3:::dog*",), ARN),
        ("Bool", ("false",), "False"),
        ("NumericLessThan", ("10",), "9.5"),
        ("NumericGreaterThanEquals", ("10",), "10"),
        ("Null", ("false",), "there"),
    ],
)
def test_an_operator_holds(operator: str, wanted: tuple[str, ...], given: str) -> None:
    assert holds(operator, wanted, given)


@pytest.mark.parametrize(
    ("operator", "wanted", "given"),
    [
        ("StringEquals", ("a", "b"), "A"),
        ("StringNotEquals", ("a", "b"), "b"),
        ("StringLike", ("runs/*",), "/runs/x"),
        ("ArnLike", ("arn:aws:s3:*",), ARN),
        ("Bool", ("false",), "true"),
        ("NumericLessThan", ("10",), "many"),
        ("Null", ("true",), "there"),
    ],
)
def test_an_operator_does_not_hold(operator: str, wanted: tuple[str, ...], given: str) -> None:
    assert not holds(operator, wanted, given)


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("ArnLike", False),
        ("Bool", False),
        ("NumericEquals", False),
        ("StringNotEquals", True),
        ("ArnNotLike", True),
        ("StringEqualsIfExists", True),
        ("StringLikeIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("Null", False),
    ],
)
def test_a_key_that_the_request_does_not_have(operator: str, expected: bool) -> None:
    assert holds(operator, ("false",)) is expected


def test_null_asks_whether_a_key_is_missing() -> None:
    assert holds("Null", ("true",))


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("ForAllValues:StringEquals", ("image", "slot"), True),
        ("ForAllValues:StringEquals", ("image", "run"), False),
        ("ForAnyValue:StringEquals", ("image", "run"), True),
        ("ForAnyValue:StringEquals", ("champion", "run"), False),
        ("ForAllValues:StringNotEquals", ("champion", "run"), True),
        ("ForAllValues:StringNotEquals", ("image", "run"), False),
        ("StringEquals", ("image", "slot"), False),
    ],
)
def test_a_key_with_several_values(operator: str, given: tuple[str, ...], expected: bool) -> None:
    assert holds(operator, ("image", "slot"), *given) is expected


def test_names_of_keys_know_no_case() -> None:
    condition = Condition.parse("StringEquals", "AWS:sourceaccount", ("1",))

    assert condition.holds({"aws:SourceAccount": ("1",)})


@pytest.mark.parametrize("operator", ["IpAddress", "DateLessThan", "StringIs", "ForSome:Bool"])
def test_what_cannot_be_judged_is_refused(operator: str) -> None:
    with pytest.raises(UnsupportedPolicy, match=operator):
        Condition.parse(operator, KEY, ("x",))
