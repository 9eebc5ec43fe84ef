"""How the model's container comes by what its image lacks: as pip itself reads it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline.source_bundle import FROM_CHANNEL
from training_code.model.artifact import ServingPackages

METADATA = "Metadata-Version: 2.1\nName: vendored\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """The channel `wheels` of a training job, with a package that no index has."""
    folder = tmp_path / "ml" / "input" / "data" / "wheels"
    folder.mkdir(parents=True)
    info = "vendored-1.0.dist-info"
    files = {"vendored.py": "", f"{info}/METADATA": METADATA, f"{info}/WHEEL": WHEEL}
    record = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / "vendored-1.0-py3-none-any.whl", "w") as wheel:
        for name, content in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(name, content)
    return folder


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text("vendored==1.0\n")
    return path


def install(code: Path) -> None:
    """As the toolkits do it, without a network."""
    command = [sys.executable, "-m", "pip", "install", "-q", "--target", "site"]
    environment = {**os.environ, "PIP_CONFIG_FILE": os.devnull}
    subprocess.run(
        [*command, "-r", str(code / "requirements.txt")], cwd=code, env=environment, check=True
    )


def test_an_artifact_brings_its_wheels(wheels: Path, requirements: Path, tmp_path: Path) -> None:
    code = tmp_path / "model" / "code"
    code.mkdir(parents=True)

    ServingPackages("wheels", wheels).write(requirements, code)

    install(code)
    assert (code / "site" / "vendored.py").exists()


def test_a_program_finds_its_wheels_in_the_channel(wheels: Path, tmp_path: Path) -> None:
    code = tmp_path / "ml" / "code"
    code.mkdir()
    (code / "requirements.txt").write_bytes(FROM_CHANNEL + b"vendored==1.0\n")

    install(code)

    assert (code / "site" / "vendored.py").exists()


def test_an_artifact_for_an_own_image_asks_for_nothing(requirements: Path, tmp_path: Path) -> None:
    ServingPackages("image", tmp_path / "no-wheels").write(requirements, tmp_path / "code")

    assert not (tmp_path / "code").exists()


def test_an_artifact_asks_the_network_for_what_serving_needs(
    requirements: Path, tmp_path: Path
) -> None:
    (tmp_path / "code").mkdir()

    ServingPackages("network", tmp_path / "no-wheels").write(requirements, tmp_path / "code")

    assert (tmp_path / "code" / "requirements.txt").read_text() == "vendored==1.0\n"
