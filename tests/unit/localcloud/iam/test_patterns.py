"""Wildcards as IAM's reference describes them."""

from __future__ import annotations

import pytest

from localcloud.iam.patterns import action_matches, arn_matches, like

QUEUE = "arn:aws:sqs:us-east-1:123456789012:images"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("*", ""), ("a*c", "abbc"), ("a?c", "abc"), ("a.c", "a.c"), ("[a]", "[a]")],
)
def test_a_pattern_matches(pattern: str, text: str) -> None:
    assert like(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"), [("a?c", "ac"), ("a.c", "abc"), ("[a]", "a"), ("ab", "abc"), ("A", "a")]
)
def test_a_pattern_does_not_match(pattern: str, text: str) -> None:
    assert not like(pattern, text)


def test_actions_know_no_case() -> None:
    assert action_matches("S3:getobject*", "s3:GetObjectVersion")
    assert not action_matches("s3:GetObject", "s3:GetObjectVersion")


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        QUEUE,
        "arn:aws:sqs:*:*:images",
        "arn:*:sqs:us-east-?:123456789012:im*",
        "arn:aws:*:*:*:*",
    ],
)
def test_a_queue_s_arn_matches(pattern: str) -> None:
    assert arn_matches(pattern, QUEUE)


@pytest.mark.parametrize("pattern", ["arn:aws:sqs:*", "arn:aws:sqs:*:images", "images", "arn:*"])
def test_a_wildcard_stays_in_its_part_of_the_arn(pattern: str) -> None:
    assert not arn_matches(pattern, QUEUE)


def test_the_last_part_may_hold_slashes_and_colons() -> None:
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f"

    assert arn_matches(f"{group}:*", f"{group}:log-stream:2026/11/24/x")
    assert arn_matches("arn:aws:s3:::b/*/input/*", "arn:aws:s3:::b/x/y/input/z")
    assert not arn_matches("arn:aws:s3:::b/*", "arn:aws:s3:::b")
