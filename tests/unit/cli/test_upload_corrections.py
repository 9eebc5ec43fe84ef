"""`kennel upload FOLDER`, and `--corrections`: what is handed back, with a zip or for one there."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.bucket_contents import body_of, keys
from tests.support.cli_service import BUCKET, Kennel
from tests.support.samples import dataset_zip

TABLE = "datasets/dogs.corrections.csv"
ZIP = "datasets/dogs.zip"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Drops the zip's last image."""
    dropped = zipfile.ZipFile(io.BytesIO(dataset_zip())).namelist()[-1]
    path = tmp_path / "corrections.csv"
    path.write_text(f"member,action,to\n{dropped},drop,\n")
    return path


def test_corrections_lie_beside_the_zip_under_its_name(
    kennel: Kennel, s3: Any, zipped: Path, table: Path
) -> None:
    result = kennel("upload", zipped, "--corrections", table)

    assert result.exit_code == 0, result.output
    assert keys(s3) == [TABLE, ZIP]
    assert body_of(s3, TABLE) == table.read_bytes()
    assert "images left out: 1" in result.stderr


def test_corrections_alone_begin_a_run_with_the_zip_that_is_there(
    kennel: Kennel, s3: Any, zipped: Path, table: Path
) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    before = s3.put_object(Bucket=BUCKET, Key=ZIP, Body=zipped.read_bytes())["VersionId"]

    result = kennel("upload", "--name", "dogs", "--corrections", table)

    assert result.exit_code == 0, result.output
    assert body_of(s3, TABLE) == table.read_bytes()
    after = s3.head_object(Bucket=BUCKET, Key=ZIP)["VersionId"]
    assert after != before
    assert body_of(s3, ZIP) == zipped.read_bytes()


def test_corrections_from_an_earlier_upload_are_told_of(
    kennel: Kennel, s3: Any, zipped: Path, table: Path
) -> None:
    s3.put_object(Bucket=BUCKET, Key=TABLE, Body=table.read_bytes())

    assert "the corrections that lie beside it" in kennel("upload", zipped).stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Give a zip or a folder"),
        (("--corrections", "corrections.csv"), "Give a zip or a folder"),
        (("--corrections", "corrections.csv", "--name", "dogs"), f"{ZIP} does not exist"),
        (("--corrections", "corrections.csv", "--name", "dogs", "--set", "epochs=1"), "go with a"),
        (("dogs.zip", "--corrections", "nowhere.csv"), "cannot be read (No such file"),
        (("dogs.zip", "--corrections", "empty.csv"), "moves and drops nothing"),
        (
            ("dogs.zip", "--corrections", "other.csv"),
            "other.csv names images that are not in the zip: 1",
        ),
        (("dogs.zip", "--corrections", "dogs.zip"), "is not UTF-8 text"),
    ],
)
@pytest.mark.usefixtures("zipped", "table")
def test_corrections_that_cannot_apply_are_told_before_anything_is_sent(
    kennel: Kennel, s3: Any, words: tuple[str, ...], sentence: str
) -> None:
    Path("empty.csv").write_text("member,action,to\na.jpg,,\n")
    Path("other.csv").write_text("member,action,to\nnot/there.jpg,drop,\n")

    result = kennel("upload", *words)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert keys(s3) == []


def test_a_folder_is_packed_with_its_images_alone(
    kennel: Kennel, s3: Any, zipped: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "dogs"
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(folder)
        images = sorted(name for name in archive.namelist() if not name.endswith("/"))
    (folder / "notes.txt").write_text("mine")
    (folder / ".DS_Store").write_bytes(b"\0")

    result = kennel("upload", folder)

    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(io.BytesIO(body_of(s3, ZIP))) as sent:
        assert sorted(sent.namelist()) == [f"dogs/{name}" for name in images]
    assert "packing" in result.stderr
