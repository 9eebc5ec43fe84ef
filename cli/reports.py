"""What the gate and the preparation have found in a run's data set, read from the bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli.mistakes import Mistake
from pipeline.names import DATASET_REPORT, PREPARATION_REPORT, RunId, run_key, uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Report:
    """One of a run's reports, and where it lies."""

    address: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Reports:
    """The gate's, and the preparation's if it has got so far."""

    dataset: Report
    preparation: Report | None

    def as_json(self) -> dict[str, Any]:
        return {
            "dataset": dict(self.dataset.content),
            "preparation": dict(self.preparation.content) if self.preparation else None,
        }


def read_reports(s3: S3Client, bucket: str, run: str) -> Reports:
    """
    Raises:
        Mistake: the gate's report has been deleted, or lies in another bucket.
    """
    dataset = _read(s3, bucket, run_key(RunId(run), DATASET_REPORT))
    if dataset is None:
        place = uri(bucket, run_key(RunId(run), DATASET_REPORT))
        raise Mistake(f"{place} does not exist (any more): is KENNEL_BUCKET the run's bucket?")
    return Reports(dataset, _read(s3, bucket, run_key(RunId(run), PREPARATION_REPORT)))


def _read(s3: S3Client, bucket: str, key: str) -> Report | None:
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    return Report(uri(bucket, key), json.loads(body))
