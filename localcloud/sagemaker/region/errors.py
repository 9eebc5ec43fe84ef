"""How the engine says no: to a caller (ApiError) and about a job (JobFailed)."""

from __future__ import annotations


class ApiError(Exception):
    """The request is refused; the caller must mend it or, when throttled, wait."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class JobFailed(Exception):
    """The job ends as Failed; its reason is what Describe shows as FailureReason."""


class Closing(Exception):
    """The engine is going down: jobs stop where they are and report nothing."""


def invalid(message: str) -> ApiError:
    return ApiError("ValidationException", message)


def unsupported(what: str, instead: str) -> ApiError:
    """Something AWS would do and this engine cannot: better refused than done wrongly."""
    return invalid(f"The local cloud does not support {what}: {instead}.")
