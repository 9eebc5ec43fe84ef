"""Runs a processing job's own script on what its request names, as it lies in the bucket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.fakes.objects import FakeObjects

ROOT = Path(__file__).parents[2]
TORCH_WITHOUT_NETWORK = ROOT / "localcloud/sagemaker/containers/site"


def run_preparation(
    request: Mapping[str, Any], objects: FakeObjects, base: Path
) -> subprocess.CompletedProcess[str]:
    """The processing job in a process of its own, with `base` for /opt/ml."""
    for source in request["ProcessingInputs"]:
        _lay_out(source["S3Input"], objects, base)
    arguments = request["AppSpecification"]["ContainerArguments"]
    return subprocess.run(
        [sys.executable, "-m", "training_code.prepare", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "SAGEMAKER_BASE_DIR": str(base),
            "PYTHONPATH": str(TORCH_WITHOUT_NETWORK),
        },
        capture_output=True,
        text=True,
    )


def _lay_out(source: Mapping[str, str], objects: FakeObjects, base: Path) -> None:
    folder = base / Path(source["LocalPath"]).relative_to("/opt/ml")
    key = source["S3Uri"].removeprefix("s3://").partition("/")[2]
    named = _listed if source["S3DataType"] == "S3Prefix" else _in_manifest
    for name, found in named(key, objects):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(objects.read(found))


def _listed(prefix: str, objects: FakeObjects) -> Iterator[tuple[str, str]]:
    for key in objects.list(prefix):
        yield key.removeprefix(prefix), key


def _in_manifest(key: str, objects: FakeObjects) -> Iterator[tuple[str, str]]:
    first, *names = json.loads(objects.read(key))
    folder = first["prefix"].removeprefix("s3://").partition("/")[2]
    for name in names:
        yield name, folder + name
