"""`kennel upload`: looked at here first, then the settings, then the zip in parts."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.bucket_contents import body_of, keys
from tests.support.cli_service import BUCKET, Kennel, Service
from tests.support.run_views import answer_of, ended_in
from tests.support.samples import dataset_zip

MEBIBYTE = 1024 * 1024


def test_the_zip_arrives_under_its_own_name(kennel: Kennel, s3: Any, zipped: Path) -> None:
    result = kennel("upload", zipped)

    assert result.exit_code == 0, result.output
    assert body_of(s3, "datasets/dogs.zip") == zipped.read_bytes()
    assert f"uploaded s3://{BUCKET}/datasets/dogs.zip" in result.stdout


def test_a_large_zip_goes_in_parts(kennel: Kennel, s3: Any, tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    path.write_bytes(dataset_zip())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("dogs/notes.txt", b"\0" * (17 * MEBIBYTE))

    kennel("upload", path)

    etag = s3.head_object(Bucket=BUCKET, Key="datasets/large.zip")["ETag"]
    assert etag.strip('"').endswith("-2")


def test_settings_lie_beside_the_zip_under_its_name(
    kennel: Kennel, s3: Any, zipped: Path, tmp_path: Path
) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"epochs": 3, "backbone": "resnet18"}')

    kennel("upload", zipped, "--name", "puppies", "--settings", file, "--set", "epochs=5")

    assert keys(s3) == ["datasets/puppies.json", "datasets/puppies.zip"]
    settings = json.loads(body_of(s3, "datasets/puppies.json"))
    assert settings == {"epochs": 5, "backbone": "resnet18"}


def test_settings_from_an_earlier_upload_are_told_of(kennel: Kennel, s3: Any, zipped: Path) -> None:
    s3.put_object(Bucket=BUCKET, Key="datasets/dogs.json", Body=b"{}")

    assert "from before will apply" in kennel("upload", zipped).stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--set", "colour=red"), "sets 'colour', which does not exist: docs/settings.md lists"),
        (("--set", "epochs=many"), "epochs='many' is not a whole number from 1 to 500"),
        (("--set", "epochs"), "--set epochs has no value: write name=value"),
        (("--settings", "{epochs}"), "is not valid JSON"),
        (("--settings", "nowhere.json"), "cannot be read (No such file or directory)"),
        (("--settings", "list.json"), "must hold one JSON object"),
        (("--settings", "[1]"), "must hold one JSON object"),
        (("--set", "backbone=resnet51"), "classification models, such as resnet50"),
        (("--name", "a/b"), "'a/b' cannot name a data set"),
    ],
)
def test_a_wrong_setting_is_told_before_anything_is_sent(
    kennel: Kennel, s3: Any, zipped: Path, words: tuple[str, ...], sentence: str
) -> None:
    Path("list.json").write_text("[1]")

    result = kennel("upload", zipped, *words)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert keys(s3) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nowhere.zip", "nowhere.zip does not exist"),
        ("folder", "folder holds no images"),
        ("text.zip", "The file is not a zip archive"),
    ],
)
def test_what_is_no_zip_is_not_sent(kennel: Kennel, s3: Any, name: str, sentence: str) -> None:
    Path("folder").mkdir()
    Path("text.zip").write_text("no zip")

    result = kennel("upload", name)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert keys(s3) == []


def test_a_zip_that_the_gate_refuses_is_not_sent_and_all_findings_are_told(
    kennel: Kennel, s3: Any
) -> None:
    with zipfile.ZipFile("bad.zip", "w") as archive:
        for name in ("dogs/Beagle/a.jpg", "../evil.jpg", "dogs/Poodle/b.jpg"):
            archive.writestr(name, b"no picture")

    result = kennel("upload", "bad.zip")

    assert result.exit_code == 1
    told = result.stderr.splitlines()
    assert told[0] == "kennel: bad.zip would be rejected; nothing was uploaded."
    assert len([line for line in told if "leads out of the archive" in line]) == 1
    assert len([line for line in told if "has 1 image, and at least 10 are needed" in line]) == 2
    assert keys(s3) == []


def test_settings_from_before_that_would_be_refused_are_told(
    kennel: Kennel, s3: Any, zipped: Path
) -> None:
    s3.put_object(Bucket=BUCKET, Key="datasets/dogs.json", Body=b'{"epochs": 0}')

    result = kennel("upload", zipped)

    assert result.exit_code == 1
    assert "datasets/dogs.json: epochs=0 is not a whole number from 1 to 500" in result.stderr
    assert keys(s3) == ["datasets/dogs.json"]


def test_a_bucket_that_does_not_exist_is_told(
    kennel: Kennel, s3: Any, zipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENNEL_BUCKET", "no-such-bucket")

    assert "names a bucket that does not exist" in kennel("upload", zipped).stderr


def test_follow_watches_the_run_of_this_upload(
    kennel: Kennel, s3: Any, zipped: Path, deployed: Service
) -> None:
    old = answer_of(ended_in("preparing", "stopped", "stopped on request", run="bbbbbbbbbb"))
    new = answer_of(ended_in("preparing", "failed", "the job had no memory"))
    deployed.answers["GET /runs"] = [{"runs": [old]}, {"runs": [old]}, {"runs": [new, old]}]
    deployed.answers["GET /runs/abcdefghij"] = new

    result = kennel("upload", zipped, "--follow")

    assert result.exit_code == 1
    assert result.stderr.endswith("run abcdefghij is failed: the job had no memory.\n")
