"""A model's data lies at /opt/ml/model as the request says: unpacked, one object, or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localcloud.sagemaker.containers.layout import Layout
from localcloud.sagemaker.containers.model_data import fill_model
from localcloud.sagemaker.region.clients import connect
from localcloud.sagemaker.region.objects import Objects
from localcloud.sagemaker.region.settings import Settings
from tests.support.sagemaker_engine import ACCOUNT, REGION, Cloud
from tests.support.tar_archives import targz


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "opt" / "ml")
    layout.make(layout.model)
    return layout


@pytest.fixture
def objects(moto_url: str, tmp_path: Path) -> Objects:
    settings = Settings(
        folder=tmp_path,
        environments=tmp_path,
        aws_endpoint_url=moto_url,
        region=REGION,
        account=ACCOUNT,
        quotas={},
    )
    return Objects(connect(settings).s3)


def source(uri: str, data_type: str, compression: str) -> dict[str, Any]:
    found = {"S3Uri": uri, "S3DataType": data_type, "CompressionType": compression}
    return {"ModelDataSource": {"S3DataSource": found}}


def found_in(layout: Layout) -> dict[str, str]:
    files = [path for path in layout.model.rglob("*") if path.is_file()]
    return {path.relative_to(layout.model).as_posix(): path.read_text() for path in files}


def test_a_folder_keeps_its_names(cloud: Cloud, objects: Objects, layout: Layout) -> None:
    cloud.put("data/folder/code/inference.py", "pass")
    uri = cloud.put("data/folder/weights.txt", "3").removesuffix("weights.txt")

    fill_model(source(uri, "S3Prefix", "None"), objects, layout)

    assert found_in(layout) == {"code/inference.py": "pass", "weights.txt": "3"}


def test_one_object_keeps_its_last_name(cloud: Cloud, objects: Objects, layout: Layout) -> None:
    uri = cloud.put("data/deep/weights.txt", "3")

    fill_model(source(uri, "S3Object", "None"), objects, layout)

    assert found_in(layout) == {"weights.txt": "3"}


def test_an_archive_is_unpacked(cloud: Cloud, objects: Objects, layout: Layout) -> None:
    uri = cloud.put("data/model.tar.gz", targz({"weights.txt": "3"}))

    fill_model(source(uri, "S3Object", "Gzip"), objects, layout)

    assert found_in(layout) == {"weights.txt": "3"}
