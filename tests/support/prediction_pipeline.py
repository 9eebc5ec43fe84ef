"""Plays the prediction pipeline: every image that is dropped gets its document."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.support.cli_service import BUCKET

BEAGLE = {"label": "Beagle", "index": 0, "probability": 0.931}
Changes = Callable[[str], dict[str, Any]]


def document(key: str, etag: str, **changes: Any) -> dict[str, Any]:
    return {
        "schema": "kennel.prediction/1",
        "image": {"bucket": BUCKET, "key": key, "etag": etag, "width": 4, "height": 4},
        "decision": "accept",
        "predictions": [BEAGLE],
        "error": None,
        "model": {"run": "r1", "version": 3, "digest": "d"},
        "path": "batch",
        "predicted_at": datetime.now(UTC).isoformat(),
        **changes,
    }


@contextmanager
def pipeline(s3: Any, changes: Changes = lambda key: {}) -> Iterator[set[str]]:
    """Writes a document for every image that is dropped, until the test is over."""
    over = threading.Event()
    done: set[str] = set()

    def work() -> None:
        while not over.wait(0.02):
            for row in s3.list_objects_v2(Bucket=BUCKET, Prefix="images/").get("Contents", []):
                if row["Key"] not in done:
                    done.add(row["Key"])
                    write_document(s3, row["Key"], row["ETag"], changes(row["Key"]))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


def write_document(s3: Any, key: str, etag: str, changes: dict[str, Any]) -> None:
    target = f"predictions/{key.removeprefix('images/')}.json"
    body = json.dumps(document(key, etag.strip('"'), **changes))
    s3.put_object(Bucket=BUCKET, Key=target, Body=body.encode())
