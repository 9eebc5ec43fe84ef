"""S3 as jobs see it: locations, prefixes, manifests, folders that come from there or go there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.sagemaker.region.errors import JobFailed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK = 1 << 20
MULTIPART = 16 << 20  # bytes from which a file goes up in parts


@dataclass(frozen=True)
class Location:
    """s3://bucket/key, where the key may be a prefix or empty."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> Location:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return cls(bucket, key)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    def __truediv__(self, name: str) -> Location:
        separator = "" if not self.key or self.key.endswith("/") else "/"
        return Location(self.bucket, f"{self.key}{separator}{name}")


@dataclass(frozen=True)
class Source:
    """One object of an input, with its name relative to the input's prefix."""

    location: Location
    name: str


class Objects:
    """What the engine does with S3."""

    def __init__(self, s3: S3Client) -> None:
        self._s3 = s3

    def keys(self, prefix: Location) -> list[str]:
        """Keys that begin with the prefix: a raw string, as AWS matches it."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=prefix.bucket, Prefix=prefix.key
        )
        return [item["Key"] for page in pages for item in page.get("Contents", ())]

    def read(self, location: Location) -> bytes:
        answer = self._s3.get_object(Bucket=location.bucket, Key=location.key)
        return answer["Body"].read()

    def size(self, location: Location) -> int | None:
        """The object's size, or None when there is no such object."""
        try:
            answer = self._s3.head_object(Bucket=location.bucket, Key=location.key)
        except ClientError:
            return None
        return answer["ContentLength"]

    def etag(self, location: Location) -> str | None:
        """What the object's content is known by, or None when there is no such object."""
        try:
            answer = self._s3.head_object(Bucket=location.bucket, Key=location.key)
        except ClientError:
            return None
        return answer["ETag"].strip('"')

    def write(self, location: Location, body: bytes, content_type: str = "") -> None:
        kind = content_type or "binary/octet-stream"
        self._s3.put_object(Bucket=location.bucket, Key=location.key, Body=body, ContentType=kind)

    def write_in_parts(self, location: Location, body: bytes, content_type: str = "") -> None:
        """A multipart upload whatever the size, and of one part whatever the limits."""
        bucket, key = location.bucket, location.key
        kind = content_type or "binary/octet-stream"
        upload = self._s3.create_multipart_upload(Bucket=bucket, Key=key, ContentType=kind)
        part = self._s3.upload_part(
            Bucket=bucket, Key=key, UploadId=upload["UploadId"], PartNumber=1, Body=body
        )
        self._s3.complete_multipart_upload(
            Bucket=bucket,
            Key=key,
            UploadId=upload["UploadId"],
            MultipartUpload={"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]},
        )

    def download(self, location: Location, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        body = self._s3.get_object(Bucket=location.bucket, Key=location.key)["Body"]
        with path.open("wb") as file:
            for chunk in body.iter_chunks(CHUNK):
                file.write(chunk)

    def upload(self, path: Path, location: Location) -> None:
        with path.open("rb") as file:
            if path.stat().st_size < MULTIPART:
                # One plain request: boto3's transfer machinery costs more than a small file.
                self._s3.put_object(Bucket=location.bucket, Key=location.key, Body=file)
            else:
                self._s3.upload_fileobj(file, location.bucket, location.key)

    def upload_folder(self, folder: Path, prefix: Location) -> int:
        """Every file below the folder, under the same relative name; returns how many."""
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        for path in files:
            self.upload(path, prefix / path.relative_to(folder).as_posix())
        return len(files)

    def download_all(self, sources: Sequence[Source], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sources:
            self.fetch(source, _safe_join(folder, source.name))

    def fetch(self, source: Source, path: Path) -> None:
        try:
            self.download(source.location, path)
        except ClientError as error:
            raise _data_download_failed(source.location, error) from error

    def sources(self, data_type: str, uri: str) -> list[Source]:
        """The objects that an S3Prefix or a ManifestFile stands for."""
        try:
            found = list(self._sources(data_type, Location.parse(uri)))
        except ClientError as error:
            raise _data_download_failed(Location.parse(uri), error) from error
        if not found:
            raise _no_objects(uri)
        return found

    def _sources(self, data_type: str, location: Location) -> Iterator[Source]:
        if data_type == "ManifestFile":
            yield from _manifest_sources(self.read(location), str(location))
            return
        for key in self.keys(location):
            # Zero-byte "folder" objects of the console are no data.
            if not key.endswith("/"):
                yield Source(Location(location.bucket, key), relative_name(key, location.key))


def relative_name(key: str, prefix: str) -> str:
    """The key below the prefix: `a/b` finds `a/b/c` (then `c`) and also `a/bc` (then `bc`)."""
    # Channels are usually given without the last slash, and mean the folder.
    if key.startswith(f"{prefix.rstrip('/')}/"):
        return key[len(prefix.rstrip("/")) + 1 :]
    return key[prefix.rfind("/") + 1 :]


def _manifest_sources(body: bytes, uri: str) -> Iterator[Source]:
    try:
        first, *names = json.loads(body)
        prefix = Location.parse(first["prefix"])
    except (ValueError, TypeError, KeyError) as error:
        message = f'ClientError: {uri} is no manifest: [{{"prefix": "s3://..."}}, "name", ...]'
        raise JobFailed(message) from error
    for name in names:
        yield Source(Location(prefix.bucket, prefix.key + name), name)


def _safe_join(folder: Path, name: str) -> Path:
    """The path of an object below the folder; names cannot climb out of it."""
    path = (folder / name.lstrip("/")).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise JobFailed(f"ClientError: The key {name} does not stay inside its channel.")
    return path


def _no_objects(uri: str) -> JobFailed:
    return JobFailed(
        "ClientError: Data download failed:No S3 objects found under S3 URL "
        f'"{uri}" given in input data source. Please ensure that the bucket exists in the '
        "selected region, that objects exist under that S3 prefix, and that the role has "
        '"s3:ListBucket" permissions on the bucket.'
    )


def _data_download_failed(location: Location, error: ClientError) -> JobFailed:
    code = error.response["Error"]["Code"]
    message = error.response["Error"].get("Message", "")
    return JobFailed(
        f"ClientError: Data download failed:{code} ({location}): {message}. Please ensure that "
        "the object exists and that the role may read it."
    )
