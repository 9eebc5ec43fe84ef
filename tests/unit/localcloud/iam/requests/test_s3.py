"""Which permissions requests to S3 take."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.iam.requests import s3
from localcloud.iam.requests.request import Request, Unmapped
from tests.support.aws_requests import made_by

BUCKET = "arn:aws:s3:::b"
OBJECT = f"{BUCKET}/runs/größe 1%.json"
NAMED = {"Bucket": "b", "Key": "runs/größe 1%.json"}


def needed(operation: str, **parameters: Any) -> list[tuple[str, str]]:
    _, request = made_by("s3", operation, **parameters)
    return [(need.action.removeprefix("s3:"), need.resource) for need in s3.needs(request)]


@pytest.mark.parametrize(
    ("operation", "more"),
    [("put_object", {"Body": b"x"}), ("complete_multipart_upload", {"UploadId": "u"})],
)
def test_comparing_an_etag_takes_the_right_to_read(operation: str, more: dict[str, Any]) -> None:
    wanted = needed(operation, **NAMED, **more, IfMatch='"abc"')

    assert wanted == [("PutObject", OBJECT), ("GetObject", OBJECT)]
    assert needed(operation, **NAMED, **more, IfNoneMatch="*") == [("PutObject", OBJECT)]


@pytest.mark.parametrize(
    ("operation", "more", "action"),
    [
        ("get_object", {}, "GetObject"),
        ("get_object", {"VersionId": "v"}, "GetObjectVersion"),
        ("head_object", {}, "GetObject"),
        ("head_object", {"VersionId": "v"}, "GetObjectVersion"),
        ("put_object", {"Body": b"x"}, "PutObject"),
        ("delete_object", {}, "DeleteObject"),
        ("delete_object", {"VersionId": "v"}, "DeleteObjectVersion"),
        ("get_object_tagging", {}, "GetObjectTagging"),
        ("put_object_tagging", {"Tagging": {"TagSet": []}}, "PutObjectTagging"),
        ("create_multipart_upload", {}, "PutObject"),
        ("upload_part", {"UploadId": "u", "PartNumber": 1}, "PutObject"),
        ("complete_multipart_upload", {"UploadId": "u"}, "PutObject"),
        ("abort_multipart_upload", {"UploadId": "u"}, "AbortMultipartUpload"),
        ("list_parts", {"UploadId": "u"}, "ListMultipartUploadParts"),
    ],
)
def test_an_object_s_operation(operation: str, more: dict[str, Any], action: str) -> None:
    assert needed(operation, **NAMED, **more) == [(action, OBJECT)]


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("head_bucket", "ListBucket"),
        ("list_objects", "ListBucket"),
        ("list_objects_v2", "ListBucket"),
        ("list_object_versions", "ListBucketVersions"),
        ("list_multipart_uploads", "ListBucketMultipartUploads"),
        ("get_bucket_location", "GetBucketLocation"),
        ("create_bucket", "CreateBucket"),
    ],
)
def test_a_bucket_s_operation(operation: str, action: str) -> None:
    assert needed(operation, Bucket="b") == [(action, BUCKET)]


def test_a_listing_says_its_prefix() -> None:
    _, request = made_by("s3", "list_objects_v2", Bucket="b", Prefix="runs/")

    assert [need.context for need in s3.needs(request)] == [{"s3:prefix": ("runs/",)}]


def test_a_copy_reads_its_source_and_writes() -> None:
    source = {"Bucket": "b", "Key": "images/a b.jpg", "VersionId": "v"}

    assert needed("copy_object", **NAMED, CopySource=source) == [
        ("PutObject", OBJECT),
        ("GetObjectVersion", f"{BUCKET}/images/a b.jpg"),
    ]


def test_tags_that_come_with_an_object_take_their_own_permission() -> None:
    assert needed("put_object", **NAMED, Tagging="a=b") == [
        ("PutObject", OBJECT),
        ("PutObjectTagging", OBJECT),
    ]


def test_each_deleted_object_is_judged() -> None:
    objects = [{"Key": "a"}, {"Key": "b/c", "VersionId": "v"}]

    assert needed("delete_objects", Bucket="b", Delete={"Objects": objects}) == [
        ("DeleteObject", f"{BUCKET}/a"),
        ("DeleteObjectVersion", f"{BUCKET}/b/c"),
    ]


def test_all_buckets_together_have_no_arn() -> None:
    assert needed("list_buckets") == [("ListAllMyBuckets", "*")]


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("PUT", "/b", {"website": ""}),
        ("GET", "/b/k", {"torrent": ""}),
        ("GET", "/b/k", {"acl": "", "tagging": ""}),
        ("PATCH", "/b/k", {}),
    ],
)
def test_what_is_not_mapped_is_not_guessed(method: str, path: str, query: dict[str, str]) -> None:
    with pytest.raises(Unmapped):
        list(s3.needs(Request(method=method, path=path, query=query, headers={})))
