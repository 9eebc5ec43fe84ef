from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from pipeline.source_bundle import SourceBundle


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "training_code/requirements.txt": "onnx==1\n",
        "training_code/train.py": "print('train')\n",
        "training_code/parts/loop.py": "",
        "inference_code/inference.py": "print('infer')\n",
        "inference_code/weights.bin": "not code",
        "pipeline/secret.py": "",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path


def test_the_bundle_holds_the_code_and_its_requirements_at_the_top(root: Path) -> None:
    bundle = SourceBundle(root).bundle()

    with tarfile.open(fileobj=io.BytesIO(bundle), mode="r:gz") as archive:
        assert archive.getnames() == [
            "requirements.txt",
            "inference_code/inference.py",
            "training_code/parts/loop.py",
            "training_code/requirements.txt",
            "training_code/train.py",
        ]
        requirements = archive.extractfile("requirements.txt")
        assert requirements
        assert requirements.read() == b"onnx==1\n"


def test_the_same_code_is_the_same_bytes_whenever_it_is_packed(root: Path) -> None:
    first = SourceBundle(root)
    before = (first.digest, first.bundle())
    for path in root.rglob("*.py"):
        os.utime(path, (1, 1))
        path.chmod(0o755)

    again = SourceBundle(root)

    assert (again.digest, again.bundle()) == before


@pytest.mark.parametrize("name", ["training_code/train.py", "training_code/requirements.txt"])
def test_other_code_has_another_digest(root: Path, name: str) -> None:
    before = SourceBundle(root).digest

    (root / name).write_text("other\n")

    assert SourceBundle(root).digest != before


def test_a_renamed_file_has_another_digest(root: Path) -> None:
    before = SourceBundle(root).digest

    (root / "training_code/train.py").rename(root / "training_code/trained.py")

    assert SourceBundle(root).digest != before


def test_our_own_code_can_be_packed() -> None:
    bundle = SourceBundle(Path(__file__).parents[3]).bundle()

    with tarfile.open(fileobj=io.BytesIO(bundle), mode="r:gz") as archive:
        names = archive.getnames()

    assert {"training_code/prepare.py", "training_code/train.py"} <= set(names)
    assert "inference_code/inference.py" in names
    assert not [name for name in names if "test" in name or name.startswith("/")]
