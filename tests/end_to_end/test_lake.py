"""What already lies in S3 is predicted from the command line, by the model that serves."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from localcloud.cloud import PROJECT
from tests.support.service import Service
from tests.support.stories import photos_in

KENNEL = PROJECT / ".venv" / "bin" / "kennel"


def test_a_prefix_is_predicted_and_asked_again_not_predicted_again(
    service: Service, drawn: bytes
) -> None:
    photos = {Path(name).name: body for name, body in list(photos_in(drawn).items())[:5]}
    for name, body in {**photos, "text.jpg": b"no picture"}.items():
        service.put(f"images/lake/{name}", body)

    first = predict(service, "images/lake/")
    again = predict(service, "images/lake/")

    assert "1 of 1 parts are answered" in first
    rows = rows_in(service, "predictions/_lake/")
    assert {row["image"]["key"] for row in rows} == {
        f"images/lake/{name}" for name in [*photos, "text.jpg"]
    }
    assert [row["decision"] for row in rows if row["error"]] == ["unreadable"]
    assert "Ctrl-C" in first
    assert "Ctrl-C" not in again


def predict(service: Service, prefix: str) -> str:
    done = subprocess.run(
        [KENNEL, "predict", f"s3://{service.bucket}/{prefix}", "--yes"],
        env={**os.environ, **service.environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def rows_in(service: Service, prefix: str) -> list[dict[str, Any]]:
    found = service.client("s3").list_objects_v2(Bucket=service.bucket, Prefix=prefix)
    bodies = [service.read(item["Key"]) or b"" for item in found["Contents"]]
    return [json.loads(line) for body in bodies for line in body.splitlines()]
