"""What AWS, or the way to it, answered instead of a result: as one sentence with its mend."""

from __future__ import annotations

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError

from cli.deployment import MEND
from cli.mistakes import Mistake

FAILURES = (BotoCoreError, ClientError)
NOT_THEIRS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
NOT_ALLOWED = frozenset({"403", "AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
TOO_FAST = frozenset({"SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException"})
CREDENTIALS_MEND = "renew them (`aws sso login`, or new keys), or " + MEND


def explained(failure: BotoCoreError | ClientError) -> Mistake:
    if isinstance(failure, ClientError):
        return _refused(failure)
    if isinstance(failure, NoCredentialsError | PartialCredentialsError):
        return Mistake(f"No AWS credentials were found: {MEND}.")
    if isinstance(failure, NoRegionError):
        return Mistake(f"No AWS region is set: export AWS_DEFAULT_REGION, or {MEND}.")
    if isinstance(failure, HTTPClientError | BotoConnectionError):
        address = str(failure.kwargs.get("endpoint_url") or "The service").partition("?")[0]
        return Mistake(
            f"{address} does not answer: check the network and the addresses (AWS_ENDPOINT_URL, "
            "KENNEL_URL), or start the local cloud again with `kennel local up`."
        )
    return Mistake(f"{_sentence(str(failure))}: check the AWS settings of this shell.")


def _refused(failure: ClientError) -> Mistake:
    error = failure.response.get("Error", {})
    code, message = error.get("Code", "?"), _sentence(error.get("Message", "no reason given"))
    operation = failure.operation_name
    if code in NOT_THEIRS:
        return Mistake(f"AWS does not accept the credentials ({code}): {CREDENTIALS_MEND}.")
    if code in NOT_ALLOWED:
        return Mistake(f"These credentials may not do {operation} ({message}): ask for the right.")
    if code == "NoSuchBucket":
        return Mistake(f"KENNEL_BUCKET names a bucket that does not exist: {MEND}.")
    if code in TOO_FAST:
        return Mistake(f"AWS is throttling {operation}: try again in a minute.")
    return Mistake(f"{operation} was refused ({code}): {message}.")


def _sentence(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
