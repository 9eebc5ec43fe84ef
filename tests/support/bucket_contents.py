"""What lies in the bucket of the command line's tests."""

from __future__ import annotations

from typing import Any

from tests.support.cli_service import BUCKET


def body_of(s3: Any, key: str) -> bytes:
    body: bytes = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return body


def keys(s3: Any) -> list[str]:
    """The oldest first."""
    listed = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return [row["Key"] for row in sorted(listed, key=lambda row: row["LastModified"])]
