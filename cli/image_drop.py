"""Images on their way into the bucket, and the wait for their documents."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli.mistakes import Mistake
from cli.prediction import Document, Prediction, parse_document
from pipeline.names import IMAGES, PREDICTIONS, prediction_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
AT_ONCE = 8
POLL_SECONDS = 1.0


@dataclass(frozen=True)
class LocalImage:
    """A file, and the name that it gets below the folder of this drop."""

    path: Path
    name: str


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """An image that lies in the bucket: which version of it, and since when."""

    image: str
    key: str
    etag: str
    since: datetime

    @property
    def document_key(self) -> str:
        return prediction_key(self.key)


def local_images(paths: Sequence[Path]) -> list[LocalImage]:
    """The named files whatever they are called, and the images below the named folders."""
    found = [image for path in paths for image in _at(path)]
    names: dict[str, int] = {}
    unique = []
    for image in found:
        names[image.name] = seen = names.get(image.name, 0) + 1
        unique.append(image if seen == 1 else LocalImage(image.path, f"{seen}/{image.name}"))
    return unique


def own_folder() -> str:
    """A folder that no other drop uses."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


class ImageDrop:
    """One folder below `images/`, into which images are dropped together."""

    def __init__(self, s3: S3Client, bucket: str, folder: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        within = _key_part(folder.strip("/"))
        self._folder = f"{IMAGES}{within}/" if within else IMAGES

    @property
    def documents_folder(self) -> str:
        return f"{PREDICTIONS}{self._folder.removeprefix(IMAGES)}"

    def send(self, images: Iterable[LocalImage]) -> list[Dropped]:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(self._send, images))

    def documents(self, dropped: Sequence[Dropped], timeout: float) -> Iterator[Prediction]:
        """Each as it arrives; ends when all are there or the time is over."""
        missing = {image.document_key: image for image in dropped}
        deadline = time.monotonic() + timeout
        while missing:
            for key in self._fresh(missing):
                document = self._read(key)
                if document.etag == missing[key].etag:
                    yield _prediction(missing.pop(key), document)
            if not missing or time.monotonic() >= deadline:
                return
            time.sleep(POLL_SECONDS)

    def _send(self, image: LocalImage) -> Dropped:
        try:
            body = image.path.read_bytes()
        except OSError as error:
            raise Mistake(
                f"{image.path} cannot be read ({error.strerror}): check its rights."
            ) from error
        key = self._folder + image.name
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)
        there = self._s3.head_object(Bucket=self._bucket, Key=key)
        return Dropped(
            image=str(image.path),
            key=key,
            etag=there["ETag"].strip('"'),
            since=there["LastModified"],
        )

    def _fresh(self, missing: dict[str, Dropped]) -> list[str]:
        """The documents that were written after their image: an older one tells of an older one."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prediction_key(self._folder).removesuffix(".json")
        )
        rows = [row for page in pages for row in page.get("Contents", [])]
        return [
            row["Key"]
            for row in rows
            if row["Key"] in missing and row["LastModified"] >= missing[row["Key"]].since
        ]

    def _read(self, key: str) -> Document:
        body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return parse_document(json.loads(body))


def all_predictions(dropped: Sequence[Dropped], arrived: Iterable[Prediction]) -> list[Prediction]:
    """In the order in which the images were named, the missing ones too."""
    by_key = {prediction.document_key: prediction for prediction in arrived}
    return [by_key.get(image.document_key) or _prediction(image, None) for image in dropped]


def _prediction(image: Dropped, document: Document | None) -> Prediction:
    return Prediction(image=image.image, document_key=image.document_key, document=document)


def _at(path: Path) -> list[LocalImage]:
    if path.is_file():
        return [LocalImage(path, _key_part(path.name))]
    if not path.is_dir():
        raise Mistake(f"{path} does not exist: give files or folders of images.")
    files = sorted(
        file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in SUFFIXES
    )
    if not files:
        raise Mistake(
            f"{path} holds no image ({', '.join(sorted(SUFFIXES))}): name another folder."
        )
    folder = path.resolve().name
    names = [_key_part(f"{folder}/{file.relative_to(path).as_posix()}") for file in files]
    return [LocalImage(file, name) for file, name in zip(files, names, strict=True)]


def _key_part(name: str) -> str:
    """The name as a key can hold it: bytes that are not UTF-8 are spelled out."""
    return os.fsencode(name).decode(errors="backslashreplace")
