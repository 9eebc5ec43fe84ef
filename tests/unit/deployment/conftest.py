"""Packages the service once per stage, as a deploy does, without an account."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

import pytest

from tests.support.compiled_template import Template
from tests.support.packaging import Deployment, package


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return package("dev", tmp_path_factory.mktemp("dev"))


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return package("local", tmp_path_factory.mktemp("local"))


@pytest.fixture(scope="session")
def template(dev: Deployment) -> Template:
    return dev.template


@pytest.fixture
def dev_zip(dev: Deployment) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(dev.archive) as archive:
        yield archive


@pytest.fixture
def local_zip(local: Deployment) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(local.archive) as archive:
        yield archive
