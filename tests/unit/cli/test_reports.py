"""`kennel runs report`: all that was found in a data set, by the gate and by the preparation."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cli.dataset_zip import judged_zip
from tests.support.cli_service import BUCKET, Kennel, Service
from tests.support.datasets import split_dataset
from tests.support.run_views import answer_of, ended_in, run_at
from tests.support.training_jobs import Job
from tests.support.verdicts import judged

GATE = "runs/abcdefghij/dataset_report.json"
PREPARATION = "runs/abcdefghij/preparation/report.json"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The report of a preparation that found an image cut off and one that came twice."""
    members = split_dataset()
    first, second, third, *_ = (name for name in members if "/train/001" in name)
    members[first] = members[first][:200]
    members[second] = members[third]
    job = Job(tmp_path_factory.mktemp("reported")).prepare(members, views=1)
    return (job.folder / "preparation" / "report.json").read_bytes()


def lay(s3: Any, key: str, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)


@pytest.fixture
def accepted(s3: Any, deployed: Service, zipped: Path, prepared: bytes) -> Service:
    """A run of a sound zip whose preparation has left images out."""
    report = judged_zip(zipped, "datasets/dogs.zip").as_json()
    lay(s3, GATE, json.dumps(report).encode())
    lay(s3, PREPARATION, prepared)
    deployed.answers["GET /runs/abcdefghij"] = answer_of(run_at("tuning"))
    return deployed


@pytest.fixture
def rejected(s3: Any, deployed: Service) -> Service:
    """A run of a zip with a path that wants out of it, and a line's end in a name."""
    with zipfile.ZipFile("bad.zip", "w") as archive:
        for name in ("dogs/Beagle/a.jpg", "../evil\nrefused: nothing.jpg"):
            archive.writestr(name, b"")
    lay(s3, GATE, json.dumps(judged(Path("bad.zip"))[0].as_json()).encode())
    deployed.answers["GET /runs/abcdefghij"] = answer_of(ended_in("preparing", "failed", "bad"))
    return deployed


def test_each_finding_of_the_gate_is_a_line(kennel: Kennel, rejected: Service) -> None:
    lines = kennel("runs", "report", "abcdefghij").stdout.splitlines()

    assert lines[0] == f"gate: datasets/bad.zip is refused (s3://{BUCKET}/{GATE})"
    assert len([line for line in lines if line.startswith("  refused: ")]) == 2
    assert lines[-1] == "preparation: no report"


def test_what_the_preparation_left_out_is_named(kennel: Kennel, accepted: Service) -> None:
    lines = kennel("runs", "report", "abcdefghij").stdout.splitlines()

    place = f"(s3://{BUCKET}/{PREPARATION})"
    assert f"preparation: 14 train, 8 valid, 8 test are used {place}" in lines
    assert "  1 image corrupt:" in lines
    assert "  1 image left out as duplicates:" in lines
    assert any(line.startswith("    dogs/train/001.Red_setter/0.jpg (train): ") for line in lines)


def test_the_reports_as_json_are_what_lies_in_the_bucket(
    kennel: Kennel, accepted: Service, prepared: bytes
) -> None:
    answer = json.loads(kennel("runs", "report", "abcdefghij", "--json").stdout)

    assert answer["dataset"]["accepted"] is True
    assert answer["preparation"] == json.loads(prepared)


def test_a_report_that_is_gone_is_told_with_its_place(
    kennel: Kennel, s3: Any, deployed: Service
) -> None:
    deployed.answers["GET /runs/abcdefghij"] = answer_of(run_at("tuning"))

    result = kennel("runs", "report", "abcdefghij")

    assert result.exit_code == 1
    assert f"s3://{BUCKET}/{GATE} does not exist (any more)" in result.stderr
