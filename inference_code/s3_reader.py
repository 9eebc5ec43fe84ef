"""Reads images from S3 with the container's own role.

boto3 is loaded with the first image: where only image bytes are sent, nobody needs it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any

from inference_code.environment import region
from inference_code.references import ImageUnavailable, Reference, check_size
from inference_code.unreadable import UnreadableImage

CONNECTIONS = 32  # as many as are read at once
TRIES = 3  # of a body that breaks off: botocore itself repeats only what came to nothing
CONNECT_SECONDS = 5
READ_SECONDS = 15

GONE = {"NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "404", "405"}  # 405: a delete marker
# What a permission, a key or a storage class keeps from being read: the object's own state.
LOCKED = {"AccessDenied", "InvalidObjectState", "InvalidRequest", "403"}
NO_CLIENT = (
    "the model's container has no boto3, by which it reads images from S3: "
    "use an inference image that has it"
)


class S3Reader:
    """Safe to be used by many threads at once."""

    def __init__(self, client: Callable[[], Any] | None = None) -> None:
        self._make = client or _client
        self._making = threading.Lock()

    @cached_property
    def _s3(self) -> Any:
        return self._make()

    def read(self, bucket: str, reference: Reference, max_bytes: int) -> bytes:
        check_size(reference.size, max_bytes)
        with self._making:
            s3 = self._client_or_reason()
        return _read(s3, bucket, reference, max_bytes)

    def _client_or_reason(self) -> Any:
        try:
            return self._s3
        except ModuleNotFoundError as error:
            raise ImageUnavailable("unavailable", NO_CLIENT) from error


def _client() -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "total_max_attempts": 4},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=CONNECTIONS,
        # A third of what a request costs here: we know our parameters, and TLS has its own sums.
        parameter_validation=False,
        response_checksum_validation="when_required",
    )
    return boto3.client("s3", region_name=region(), config=config)


def _read(s3: Any, bucket: str, reference: Reference, max_bytes: int) -> bytes:
    from botocore.exceptions import BotoCoreError, ClientError

    reason = ""
    for _ in range(TRIES):
        try:
            answer = s3.get_object(Bucket=bucket, Key=reference.key, **_condition(reference))
            with answer["Body"] as body:
                check_size(answer["ContentLength"], max_bytes)
                content: bytes = body.read()
                return content
        except ClientError as error:
            raise _refusal(error) from error
        except BotoCoreError as error:
            reason = f"{type(error).__name__}: {error}"
    raise ImageUnavailable("unavailable", f"the image could not be read from S3: {reason}")


def _condition(reference: Reference) -> dict[str, str]:
    if reference.version is not None:
        return {"VersionId": reference.version}
    return {} if reference.etag is None else {"IfMatch": reference.etag}


def _refusal(error: Any) -> ImageUnavailable | UnreadableImage:
    """By the code of S3's error."""
    code = error.response["Error"]["Code"]
    if code in GONE:
        return ImageUnavailable("deleted", "the image has been deleted")
    if code in {"PreconditionFailed", "412"}:
        return ImageUnavailable("overwritten", "the image has been overwritten")
    if code in LOCKED or code.startswith("KMS."):
        return UnreadableImage("not_readable", f"the image may not be read from S3: {error}")
    return ImageUnavailable("unavailable", f"the image could not be read from S3: {error}")
