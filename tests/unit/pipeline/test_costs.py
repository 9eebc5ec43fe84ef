"""What a container tells of its images' costs, as a batch adds it up."""

from __future__ import annotations

from pipeline.costs import added_up, costs_in, per_image
from tests.support.image_costs import costs_row


def test_costs_of_all_requests_are_added_and_of_memory_the_most_is_kept() -> None:
    found = costs_in(costs_row(2, memory=100) + costs_row(3, memory=90))

    assert (found["images"], found["memory_bytes"], found["decoder_memory_bytes"]) == (5, 100, 7)
    assert per_image(found)["decode_ms"] == 4.0
    assert per_image(found)["cpu_ms"] == 5.0


def test_a_container_that_does_not_tell_and_a_line_that_was_cut_off_cost_nothing() -> None:
    assert costs_in(b'{"key": "images/a.jpg"}\n' + costs_row(2)[:-9]) == {}
    assert per_image(added_up([])) == {}
