"""All versions are listed, whatever their keys hold."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.aws.account import Clients

KEYS = ("images/a b+c%20.jpg", "images/x\x1b[31m\x07.jpg", "images/柴犬 & <ö>.jpg")


@pytest.fixture(scope="module")
def s3(shared: Clients) -> Any:
    client = shared["s3"]
    client.create_bucket(Bucket="versions")
    client.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    for key in KEYS:
        client.put_object(Bucket="versions", Key=key, Body=b"")
    return client


def test_any_key_is_listed_with_its_versions(s3: Any) -> None:
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket="versions", Prefix="images/", PaginationConfig={"PageSize": 2}
    )

    assert {row["Key"] for page in pages for row in page["Versions"]} == set(KEYS)


def test_deleted_keys_and_folders_are_named_too(s3: Any) -> None:
    s3.put_object(Bucket="versions", Key="a\x1bfolder/one", Body=b"")
    s3.delete_object(Bucket="versions", Key=KEYS[1])

    listed = s3.list_object_versions(Bucket="versions", Delimiter="/")
    deleted = s3.list_object_versions(Bucket="versions", Prefix="images/")["DeleteMarkers"]

    assert {"Prefix": "a\x1bfolder/"} in listed["CommonPrefixes"]
    assert [row["Key"] for row in deleted] == [KEYS[1]]
