"""What the reason of a failed job says about whose fault it was, in SageMaker's own codes.

The codes are those on which SageMaker Pipelines starts a job anew (its page "Retry Policy for
Pipeline Steps"): RESOURCE_LIMIT, CAPACITY_ERROR and JOB_INTERNAL_ERROR. Reasons begin with them, as
in "InternalServerError: We encountered an internal error. Please try again."; a tuning quotes its
trials' in the midst of its own.
"""

from __future__ import annotations

NO_ROOM = ("ResourceLimitExceeded", "CapacityError")
# InternalServerError is also what `RetryStrategy` of a training job repeats; the others are how
# the services below it, of which reasons are passed on, call the same.
SERVICE_FAULTS = (
    "InternalServerError",
    "InternalServerException",
    "InternalFailure",
    "InternalError",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "ThrottlingException",
)


def tells_of_no_room(reason: str | None) -> bool:
    """Whether a job that was let in failed for a quota or for want of instances."""
    return reason is not None and any(f"{code}:" in reason for code in NO_ROOM)


def tells_of_service_fault(reason: str | None) -> bool:
    """Whether a job failed by SageMaker's own fault, so that the same job may succeed."""
    # At its beginning alone: our own code, too, may tell of a service that failed it.
    return reason is not None and reason.startswith(tuple(f"{code}:" for code in SERVICE_FAULTS))
