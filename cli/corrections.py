"""A table of moved and dropped images, handed back for a data set."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.mistakes import Mistake
from pipeline.errors import InputError
from pipeline.gate.corrections import MOST_BYTES, Corrections, read_corrections
from pipeline.names import corrections_key, uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MOST_AT_ONCE = 5 * 1024**3 - 1  # S3 copies larger objects in parts


@dataclass(frozen=True)
class CorrectionsFile:
    """A table that the gate would take, as it was on this machine."""

    body: bytes
    read: Corrections

    def send(self, s3: S3Client, bucket: str, dataset: str) -> None:
        s3.put_object(Bucket=bucket, Key=corrections_key(dataset), Body=self.body)


def checked_corrections(path: Path) -> CorrectionsFile:
    """
    Raises:
        Mistake: it cannot be read, or the gate would refuse it.
    """
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
        read = read_corrections(body, key=str(path))
    except OSError as error:
        raise Mistake(f"--corrections {path} cannot be read ({error.strerror}).") from error
    except InputError as error:
        raise Mistake(f"{error}; nothing was uploaded.") from error
    if not read.wanted:
        raise Mistake(
            f"--corrections {path} moves and drops nothing: fill in its column action (move, drop)."
        )
    return CorrectionsFile(body, read)


def lie_beside(s3: S3Client, bucket: str, dataset: str) -> bool:
    """Whether corrections of an earlier upload are there; they would apply again."""
    return _exists(s3, bucket, corrections_key(dataset))


def begin_again(s3: S3Client, bucket: str, dataset: str, corrections: CorrectionsFile) -> None:
    """Lay the table beside a zip that is in the bucket, and have a run begin with both.

    Raises:
        Mistake: there is no such zip.
    """
    if not _exists(s3, bucket, dataset):
        raise Mistake(f"{uri(bucket, dataset)} does not exist: give the zip as well.")
    corrections.send(s3, bucket, dataset)
    # A copy onto itself is a new version, as an upload would be; S3 wants something to differ.
    digest = hashlib.sha256(corrections.body).hexdigest()
    s3.copy(
        {"Bucket": bucket, "Key": dataset},
        bucket,
        dataset,
        ExtraArgs={"MetadataDirective": "REPLACE", "Metadata": {"corrections-sha256": digest}},
        Config=_in_one_piece(),
    )


def _exists(s3: S3Client, bucket: str, key: str) -> bool:
    from botocore.exceptions import ClientError

    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True


def _in_one_piece() -> Any:
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(multipart_threshold=MOST_AT_ONCE)
