"""Which permissions a request to S3 takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote
from xml.etree import ElementTree

from localcloud.iam.evaluation import Need
from localcloud.iam.requests.request import Request, Unmapped

# Every sub-resource of S3: a request with one that is not mapped below is not judged as another.
_SUBRESOURCES = {
    "accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption",
    "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "location", "logging", "metrics",
    "notification", "object-lock", "ownershipControls", "policy", "policyStatus",
    "publicAccessBlock", "renameObject", "replication", "requestPayment", "restore", "retention",
    "select", "session", "tagging", "torrent", "uploadId", "uploads", "versioning", "versions",
    "website",
}  # fmt: skip
_BUCKET = {
    ("GET", ""): "ListBucket",
    ("HEAD", ""): "ListBucket",
    ("PUT", ""): "CreateBucket",
    ("DELETE", ""): "DeleteBucket",
    ("GET", "versions"): "ListBucketVersions",
    ("GET", "uploads"): "ListBucketMultipartUploads",
    ("GET", "acl"): "GetBucketAcl",
    ("GET", "encryption"): "GetEncryptionConfiguration",
    ("GET", "lifecycle"): "GetLifecycleConfiguration",
    ("GET", "location"): "GetBucketLocation",
    ("GET", "notification"): "GetBucketNotification",
    ("GET", "policy"): "GetBucketPolicy",
    ("GET", "tagging"): "GetBucketTagging",
    ("GET", "versioning"): "GetBucketVersioning",
    ("PUT", "lifecycle"): "PutLifecycleConfiguration",
    ("PUT", "notification"): "PutBucketNotification",
    ("PUT", "policy"): "PutBucketPolicy",
    ("PUT", "tagging"): "PutBucketTagging",
    ("PUT", "versioning"): "PutBucketVersioning",
    ("DELETE", "policy"): "DeleteBucketPolicy",
}
_OBJECT = {
    ("GET", ""): "GetObject",
    ("HEAD", ""): "GetObject",
    ("PUT", ""): "PutObject",
    ("DELETE", ""): "DeleteObject",
    ("GET", "acl"): "GetObjectAcl",
    ("GET", "attributes"): "GetObjectAttributes",
    ("GET", "tagging"): "GetObjectTagging",
    ("PUT", "acl"): "PutObjectAcl",
    ("PUT", "tagging"): "PutObjectTagging",
    ("DELETE", "tagging"): "DeleteObjectTagging",
    ("POST", "uploads"): "PutObject",
    ("PUT", "uploadId"): "PutObject",
    ("POST", "uploadId"): "PutObject",
    ("GET", "uploadId"): "ListMultipartUploadParts",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("POST", "restore"): "RestoreObject",
}
# Reading or changing a version that is named takes a permission of its own.
_OF_VERSIONS = re.compile(r"(Get|Put|Delete)Object(Acl|Attributes|Tagging)?")
_LISTING_KEYS = ("prefix", "delimiter", "max-keys")


def needs(request: Request) -> Iterator[Need]:
    bucket, _, key = request.path.removeprefix("/").partition("/")
    if not bucket:
        yield _need("ListAllMyBuckets", "*")
    elif key:
        yield from _object_needs(request, f"arn:aws:s3:::{bucket}/{key}")
    else:
        yield from _bucket_needs(request, f"arn:aws:s3:::{bucket}")


def _bucket_needs(request: Request, arn: str) -> Iterator[Need]:
    place = (request.method, _subresource(request))
    if place == ("POST", "delete"):
        for key, version in deleted(request.body):
            yield _need("DeleteObjectVersion" if version else "DeleteObject", f"{arn}/{key}")
    elif place in _BUCKET:
        context = {
            f"s3:{name}": request.query[name] for name in _LISTING_KEYS if name in request.query
        }
        yield _need(_BUCKET[place], arn, context)
    else:
        raise Unmapped(f"{request.method} {place[1]} of a bucket")


def _object_needs(request: Request, arn: str) -> Iterator[Need]:
    place = (request.method, _subresource(request))
    if place not in _OBJECT:
        raise Unmapped(f"{request.method} {place[1]} of an object")
    action, version = _OBJECT[place], request.query.get("versionId", "")
    yield _versioned(action, arn, version)
    if "if-match" in request.headers and action != "GetObject":
        # Whether an ETag is the object's tells something about its content.
        yield _need("GetObject", arn)
    if place[1] == "attributes":
        yield _versioned("GetObject", arn, version)
    if "x-amz-copy-source" in request.headers:
        source, _, asked = request.headers["x-amz-copy-source"].partition("?versionId=")
        yield _versioned("GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/')}", asked)
    if "x-amz-tagging" in request.headers:
        yield _need("PutObjectTagging", arn)
    if "x-amz-acl" in request.headers:
        yield _need("PutObjectAcl", arn)


def _versioned(action: str, arn: str, version: str) -> Need:
    if version and (parts := _OF_VERSIONS.fullmatch(action)):
        named = f"{parts[1]}ObjectVersion{parts[2] or ''}"
        return _need(named, arn, {"s3:VersionId": version})
    return _need(action, arn)


def _subresource(request: Request) -> str:
    named = sorted(set(request.query) & _SUBRESOURCES)
    if len(named) > 1:
        raise Unmapped(f"{' and '.join(named)} in one request")
    return named[0] if named else ""


def _need(action: str, resource: str, context: Mapping[str, str] | None = None) -> Need:
    values = {name: (value,) for name, value in (context or {}).items()}
    return Need(action=f"s3:{action}", resource=resource, context=values)


def deleted(body: bytes) -> Iterator[tuple[str, str]]:
    """Keys and versions of a DeleteObjects request."""
    try:
        tree = ElementTree.fromstring(body)  # noqa: S314 (expat refuses what would blow up)
    except ElementTree.ParseError as error:
        raise Unmapped("the list of objects to delete is not XML") from error
    for entry in tree.iter():
        if entry.tag.rpartition("}")[2] == "Object":
            fields = {child.tag.rpartition("}")[2]: child.text or "" for child in entry}
            yield fields.get("Key", ""), fields.get("VersionId", "")


def find_need(path: str) -> Need:
    """What it takes to be told that an object is missing, rather than that it is forbidden."""
    return _need("ListBucket", f"arn:aws:s3:::{path.removeprefix('/').partition('/')[0]}")
