from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from pipeline.names import PROGRAMS, Program
from pipeline.source_bundle import SourceBundle


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "training_code/requirements/preparation.txt": "# nothing\n",
        "training_code/requirements/tuning.txt": "",
        "training_code/requirements/training.txt": "onnx==1\n",
        "training_code/train.py": "print('train')\n",
        "training_code/parts/loop.py": "",
        "training_code/parts/page.html": "",
        "inference_code/inference.py": "print('infer')\n",
        "inference_code/weights.bin": "not code",
        "pipeline/secret.py": "",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path


def files_of(source: SourceBundle, program: Program) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(source.bundles()[program]), mode="r:gz") as archive:
        return {name: _text(archive, name) for name in archive.getnames()}


def _text(archive: tarfile.TarFile, name: str) -> str:
    content = archive.extractfile(name)
    assert content
    return content.read().decode()


def test_the_bundle_holds_the_code_and_its_program_s_requirements_at_the_top(root: Path) -> None:
    files = files_of(SourceBundle(root, "network"), "training")

    assert list(files) == [
        "requirements.txt",
        "inference_code/inference.py",
        "training_code/parts/loop.py",
        "training_code/parts/page.html",
        "training_code/requirements/preparation.txt",
        "training_code/requirements/training.txt",
        "training_code/requirements/tuning.txt",
        "training_code/train.py",
    ]
    assert files["requirements.txt"] == "onnx==1\n"


@pytest.mark.parametrize("program", ["preparation", "tuning"])
def test_a_program_that_needs_nothing_has_nothing_installed(root: Path, program: Program) -> None:
    assert "requirements.txt" not in files_of(SourceBundle(root, "network"), program)


def test_wheels_are_taken_from_the_channel_and_from_nowhere_else(root: Path) -> None:
    files = files_of(SourceBundle(root, "wheels"), "training")

    assert files["requirements.txt"].splitlines() == [
        "--no-index",
        "--find-links ../input/data/wheels",
        "onnx==1",
    ]


def test_the_preparation_s_start_says_itself_where_its_packages_come_from(root: Path) -> None:
    (root / "training_code/requirements/preparation.txt").write_text("optuna==5\n")

    files = files_of(SourceBundle(root, "wheels"), "preparation")

    assert files["requirements.txt"] == "optuna==5\n"


def test_an_own_image_has_everything(root: Path) -> None:
    assert "requirements.txt" not in files_of(SourceBundle(root, "image"), "training")


def test_the_same_code_is_the_same_bytes_whenever_it_is_packed(root: Path) -> None:
    first = SourceBundle(root, "network")
    before = (first.digest, first.bundles())
    for path in root.rglob("*.py"):
        os.utime(path, (1, 1))
        path.chmod(0o755)

    again = SourceBundle(root, "network")

    assert (again.digest, again.bundles()) == before


@pytest.mark.parametrize(
    "name", ["training_code/train.py", "training_code/requirements/tuning.txt"]
)
def test_other_code_has_another_digest(root: Path, name: str) -> None:
    before = SourceBundle(root, "network").digest

    (root / name).write_text("other\n")

    assert SourceBundle(root, "network").digest != before


def test_other_ways_to_install_have_other_digests(root: Path) -> None:
    ways = ("network", "wheels", "image")

    assert len({SourceBundle(root, way).digest for way in ways}) == len(ways)


def test_a_renamed_file_has_another_digest(root: Path) -> None:
    before = SourceBundle(root, "network").digest

    (root / "training_code/train.py").rename(root / "training_code/trained.py")

    assert SourceBundle(root, "network").digest != before


def test_our_own_code_can_be_packed() -> None:
    source = SourceBundle(Path(__file__).parents[3], "network")

    for program in PROGRAMS:
        names = files_of(source, program)
        assert {"training_code/prepare.py", "training_code/train.py"} <= set(names)
        assert "inference_code/inference.py" in names
        assert not [name for name in names if "test" in name or name.startswith("/")]
