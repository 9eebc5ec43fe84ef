"""What docs/scale.md says is what was counted, at the prices that are kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.million import MOST_DOLLARS, MOST_HOURS
from benchmarks.scale_page import PAGE, RESULTS, page
from benchmarks.scale_results import Result, dump, load


@pytest.fixture
def results() -> list[Result]:
    return load(RESULTS)


def test_the_page_is_written_from_the_results_and_the_prices(results: list[Result]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(results)


def test_a_million_images_are_within_their_bounds(results: list[Result]) -> None:
    full = [one for one in results if one.images == 1_000_000]

    assert {one.documents for one in full} == set(MOST_DOLLARS)
    for one in full:
        assert sum(one.dollars.values()) <= MOST_DOLLARS[one.documents]
        assert one.hours <= MOST_HOURS


def test_memory_does_not_grow_with_the_images(results: list[Result]) -> None:
    few, many = sorted(
        (one for one in results if one.documents == "each"), key=lambda one: one.images
    )

    for name, figures in many.functions.items():
        assert figures.most_megabytes <= figures.configured_megabytes / 2
        assert figures.most_megabytes <= few.functions[name].most_megabytes * 2


def test_dearer_calls_are_a_dearer_page(results: list[Result]) -> None:
    bill = replace(results[0].bill, messages=results[0].bill.messages * 2)

    doubled = replace(results[0], bill=bill)

    assert doubled.dollars["SQS"] == pytest.approx(2 * results[0].dollars["SQS"])
    assert doubled.dollars["S3"] == results[0].dollars["S3"]


def test_results_are_kept_as_they_were(results: list[Result]) -> None:
    assert RESULTS.read_text(encoding="utf-8") == dump(results)
