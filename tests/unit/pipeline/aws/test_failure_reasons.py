"""Whose fault it was that a job failed."""

from __future__ import annotations

import pytest

from pipeline.aws.failure_reasons import tells_of_no_room, tells_of_service_fault


@pytest.mark.parametrize(
    ("reason", "no_room", "service"),
    [
        ("CapacityError: Unable to provision requested ML compute capacity.", True, False),
        ("ResourceLimitExceeded: The account-level service limit is 0", True, False),
        ("InternalServerError: We encountered an internal error. Please try again.", False, True),
        ("ServiceUnavailable: Please reduce your request rate.", False, True),
        ("AlgorithmError: our script met InternalServerError: try again", False, False),
        ("ClientError: no such image", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_a_reason_tells_whose_fault_it_was(
    reason: str | None, no_room: bool, service: bool
) -> None:
    assert (tells_of_no_room(reason), tells_of_service_fault(reason)) == (no_room, service)
