"""What can go wrong, by who must act. Anything not listed here is a bug and propagates."""

from __future__ import annotations

from pipeline.quoting import shown


class InputError(Exception):
    """The user's data, settings or command must change; never retried."""


class SettingRefused(InputError):
    """A setting has a value that its rule does not allow."""

    def __init__(self, name: str, value: object, wanted: str) -> None:
        super().__init__(f"{name}={_told(value)} is not {wanted}")
        self.name = name
        self.value = value
        self.wanted = wanted


class UnknownRun(InputError):
    """No run of this id is in the ledger."""

    def __init__(self, run: str) -> None:
        super().__init__(f"there is no run {shown(repr(run))}; `kennel runs` lists them")
        self.run = run


class UnknownImage(InputError):
    """No image of this key has been taken in, or it was so long ago that it is forgotten."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"nothing is known of {shown(repr(key))}: no image of this key, which begins with "
            "images/, has been taken in, or it was longer ago than images_memory_days"
        )
        self.key = key


class RunEnded(InputError):
    """The run has ended already, so the command has nothing to act on."""

    def __init__(self, run: str, state: str) -> None:
        super().__init__(f"run {run} is {state}: only a run that is still working can be stopped")
        self.run = run
        self.state = state


class JobFailed(Exception):
    """SageMaker said that a job failed; recorded on its run with the reason."""

    def __init__(self, job: str, reason: str) -> None:
        super().__init__(reason)
        self.job = job
        self.reason = reason


class QuotaRefused(Exception):
    """SageMaker takes no further job of this kind now; the owner of the account may raise it."""

    remedy = "raise the quota"

    def __init__(self, job: str, message: str) -> None:
        super().__init__(message)
        self.job = job
        self.message = message


class AccessRefused(QuotaRefused):
    """The role may not create the job: who deploys, or keeps the account's policies, must act."""

    remedy = (
        "deploy the stack anew, which gives the role this permission, or have the account's "
        "policies allow it"
    )


class JobRefused(Exception):
    """SageMaker takes this job neither now nor later: a setting of the deployment must change."""

    def __init__(self, job: str, message: str) -> None:
        super().__init__(f"SageMaker refuses {job}: {message}")
        self.job = job
        self.message = message


class LedgerConflict(Exception):
    """Somebody else changed the item since it was read: who meets it looks and decides again."""


class UnknownEvent(ValueError):
    """An event that no step knows: kept as a dead letter instead of guessed at."""


def _told(value: object) -> str:
    """A wrong value in a few characters; what is nested is not followed, however deep it goes."""
    if isinstance(value, list | tuple):
        return "[…]"
    return "{…}" if isinstance(value, dict) else shown(repr(value))
