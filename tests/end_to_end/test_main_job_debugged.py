"""The main job's data set again, debugged: its model supersedes the first and serves as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.service import Service
from tests.support.stories import THIN, photos_in


def test_a_newer_model_supersedes_and_its_debugged_job_serves_as_it_is(
    service: Service, drawn: bytes
) -> None:
    first = service.run_in("dogs", "serving")

    service.upload(drawn, "debugged", **THIN, debugger="native")

    debugged = service.run_in("debugged", "serving")

    assert service.api.run(first["run"])["state"] == "superseded"
    assert debugged["model"]["version"] == first["model"]["version"] + 1
    service.put("images/after.jpg", next(iter(photos_in(drawn).values())))
    assert service.document("after.jpg")["model"]["run"] == debugged["run"]


def test_smdebug_reads_the_tensors_of_the_debugged_job(service: Service, tmp_path: Path) -> None:
    trials = pytest.importorskip("smdebug.trials")
    debugged = service.run_in("debugged", "serving")
    prefix = f"runs/{debugged['run']}/training/debug/"
    s3 = service.client("s3")
    listed = s3.list_objects_v2(Bucket=service.bucket, Prefix=prefix)["Contents"]
    for found in listed:
        target = tmp_path / found["Key"].removeprefix(prefix)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(service.read(found["Key"]) or b"")
    folder = next(tmp_path.rglob("collections")).parent

    trial = trials.create_trial(str(folder))

    assert trial.tensor_names(collection="losses")
