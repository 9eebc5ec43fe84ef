"""What AWS answers instead of a result, as one sentence with its mend."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    NoCredentialsError,
    ProfileNotFound,
)

from cli.failures import explained


def refused(code: str, message: str = "because") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "ListBuckets")


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (refused("ExpiredToken"), "AWS does not accept the credentials (ExpiredToken): renew them"),
        (refused("AccessDenied"), "These credentials may not do ListBuckets (because)"),
        (refused("NoSuchBucket"), "KENNEL_BUCKET names a bucket that does not exist: run"),
        (refused("SlowDown"), "AWS is throttling ListBuckets: try again in a minute"),
        (refused("Odd", "Many\n  words."), "ListBuckets was refused (Odd): Many words."),
        (NoCredentialsError(), "No AWS credentials were found: run `kennel local up`"),
        (ConnectTimeoutError(endpoint_url="http://a.b"), "http://a.b does not answer: check"),
        (ProfileNotFound(profile="dogs"), "The config profile (dogs) could not be found: check"),
    ],
)
def test_each_failure_has_its_sentence(failure: BotoCoreError | ClientError, sentence: str) -> None:
    said = str(explained(failure))

    assert said.startswith(sentence)
    assert "\n" not in said
