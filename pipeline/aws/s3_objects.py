"""The bucket, in S3: what is asked for many keys goes over several connections at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from pipeline.aws.side_by_side import CONNECTIONS, Pool, SideBySide
from pipeline.ports import ObjectVanished, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        CopySourceTypeDef,
        GetObjectRequestTypeDef,
        ListObjectVersionsRequestTypeDef,
        ObjectIdentifierTypeDef,
        ObjectVersionTypeDef,
        PutObjectRequestTypeDef,
        TaggingTypeDef,
    )

# S3's bound on the keys of one DeleteObjects.
KEYS_PER_DELETE = 1000
# S3 copies at most 5 GB in one request; smaller parts are copied side by side, in seconds each.
PART_BYTES = 256 * 1024 * 1024
COPYING = TransferConfig(
    multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=CONNECTIONS
)
# Another object lies there, is being written at this moment, or has been deleted meanwhile.
CONDITION_FAILED = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "404", "412"}
VANISHED = {"404", "NoSuchKey", "NoSuchVersion", "NotFound"}
# S3 does not hand out one object: a key of its own encrypts it, or it lies in an archive.
REFUSED = {400, 403}
# S3 knows no empty range, so that is its answer for the first bytes of an empty object.
BEYOND_THE_END = "InvalidRange"
# Other content lies there than the one that was asked for.
OVERWRITTEN = {"412", "PreconditionFailed"}
JSON = "application/json"


class NotDeleted(Exception):
    """S3 refused to delete objects: whoever deploys has to let the function's role do it."""


class S3Objects:
    """`pool` makes what asks for many keys at once, given how many that may be."""

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        pool: Pool = ThreadPoolExecutor,
        copying: TransferConfig = COPYING,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._each = SideBySide(pool)
        self._copying = copying

    def read(self, key: str) -> bytes:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            raise _vanished_or(error, key) from error

    def read_range(self, key: str, start: int, end: int, *, version: str | None) -> bytes:
        request: GetObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": key,
            "Range": f"bytes={start}-{end - 1}",
        }
        if version:
            request["VersionId"] = version
        try:
            answer = self._client.get_object(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] == BEYOND_THE_END:
                return b""
            raise _vanished_or(error, key) from error
        return answer["Body"].read()

    def read_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        def read(key: str) -> bytes | None:
            try:
                return self.read(key)
            except ObjectVanished:
                return None

        bodies = zip(keys, self._each(read, keys), strict=True)
        return {key: body for key, body in bodies if body is not None}

    def write(self, key: str, body: bytes, *, content_type: str = JSON) -> None:
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

    def write_many(self, bodies: Mapping[str, bytes], *, content_type: str = JSON) -> None:
        def write(key: str) -> None:
            self.write(key, bodies[key], content_type=content_type)

        self._each(write, list(bodies))

    def create_many(
        self, bodies: Mapping[str, bytes], *, content_type: str = JSON
    ) -> Sequence[str]:
        def create(key: str) -> bool:
            return self._put_if({"IfNoneMatch": "*"}, key, bodies[key], content_type)

        created = zip(bodies, self._each(create, list(bodies)), strict=True)
        return [key for key, is_new in created if not is_new]

    def read_with_etag(self, key: str) -> tuple[bytes, str]:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            raise _vanished_or(error, key) from error
        return answer["Body"].read(), answer["ETag"]

    def replace(self, key: str, body: bytes, *, etag: str, content_type: str = JSON) -> bool:
        return self._put_if({"IfMatch": etag}, key, body, content_type)

    def exists(self, key: str) -> bool:
        try:
            self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if isinstance(_vanished_or(error, key), ObjectVanished):
                return False
            raise
        return True

    def list(self, prefix: str, *, limit: int | None = None) -> Sequence[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        keys = (found["Key"] for page in pages for found in page.get("Contents", []))
        return list(islice(keys, limit))

    def newest(self, prefix: str) -> Sequence[StoredObject]:
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        return [
            _stored(found)
            for page in pages
            for found in page.get("Versions", [])
            if found["IsLatest"]
        ]

    def newest_after(
        self, prefix: str, after: str | None, *, limit: int
    ) -> tuple[Sequence[StoredObject], str | None]:
        request: ListObjectVersionsRequestTypeDef = {
            "Bucket": self._bucket,
            "Prefix": prefix,
            "MaxKeys": limit,
        }
        if after is not None:
            # Versions of one key may stand on two pages: behind it means behind all of them.
            request["KeyMarker"] = after
        page = self._client.list_object_versions(**request)
        found = [_stored(version) for version in page.get("Versions", []) if version["IsLatest"]]
        return found, page["NextKeyMarker"] if page["IsTruncated"] else None

    def copy(self, target: str, source: str, *, version: str | None, etag: str | None) -> None:
        origin: CopySourceTypeDef = {"Bucket": self._bucket, "Key": source}
        if version:
            origin["VersionId"] = version
        # What is there under a version is always the same.
        condition = {} if version or not etag else {"CopySourceIfMatch": f'"{etag}"'}
        try:
            self._client.copy(
                origin,
                self._bucket,
                target,
                ExtraArgs={"TaggingDirective": "REPLACE", **condition},
                Config=self._copying,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in OVERWRITTEN:
                raise ObjectVanished(source) from error
            raise _vanished_or(error, source) from error

    def are_overwritten(self, versions: Sequence[tuple[str, str | None]]) -> Sequence[bool]:
        def is_overwritten(asked: tuple[str, str | None]) -> bool:
            key, version = asked
            try:
                answer = self._client.head_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] not in {404, *REFUSED}:
                    raise
                return False
            return version is not None and version != answer.get("VersionId")

        return self._each(is_overwritten, versions)

    def delete_many(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), KEYS_PER_DELETE):
            named: list[ObjectIdentifierTypeDef] = [
                {"Key": key} for key in keys[start : start + KEYS_PER_DELETE]
            ]
            answer = self._client.delete_objects(
                Bucket=self._bucket, Delete={"Objects": named, "Quiet": True}
            )
            # S3 answers 200, whatever it has refused.
            if errors := answer.get("Errors"):
                raise NotDeleted(f"{len(errors)} objects, the first with {errors[0]}")

    def tag_many(self, keys: Sequence[str], name: str, value: str) -> None:
        tagging: TaggingTypeDef = {"TagSet": [{"Key": name, "Value": value}]}

        def tag(key: str) -> None:
            self._client.put_object_tagging(Bucket=self._bucket, Key=key, Tagging=tagging)

        self._each(tag, keys)

    def _put_if(
        self, condition: Mapping[str, str], key: str, body: bytes, content_type: str
    ) -> bool:
        """Whether the object was as the condition says, and has been written."""
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": key,
            "Body": body,
            "ContentType": content_type,
        }
        try:
            self._client.put_object(**request, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] in CONDITION_FAILED:
                return False
            raise
        return True


def _vanished_or(error: ClientError, key: str) -> Exception:
    return ObjectVanished(key) if error.response["Error"]["Code"] in VANISHED else error


def _stored(found: ObjectVersionTypeDef) -> StoredObject:
    return StoredObject(
        key=found["Key"],
        size=found["Size"],
        etag=found["ETag"].strip('"'),  # events tell it without quotes
        version=found["VersionId"],
        modified=found["LastModified"],
    )
