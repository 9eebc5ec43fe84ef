"""A versioned bucket in memory."""

from __future__ import annotations

import builtins
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.ports import ObjectVanished, StoredObject
from tests.fakes.surroundings import FakeClock


class FakeObjects:
    def __init__(self, clock: FakeClock | None = None) -> None:
        self._clock = clock or FakeClock()
        self._modified: dict[str, datetime] = {}
        self._broken: dict[str, Exception] = {}
        self._versions: dict[str, dict[str, bytes]] = {}
        self._count = 0
        self.bytes_read: dict[str, int] = {}  # by key, the most at once
        self.content_types: dict[str, str] = {}
        self.tags: dict[str, dict[str, str]] = {}

    def put(self, key: str, body: bytes) -> str:
        """What a user does; the version that S3 would give it."""
        self._count += 1
        version = f"v{self._count}"
        self._versions.setdefault(key, {})[version] = body
        self._modified[key] = self._clock.now()
        return version

    def destroy(self, key: str) -> None:
        """Every version of the key is gone."""
        self._versions.pop(key, None)

    def json(self, key: str) -> Any:
        return json.loads(self.read(key))

    def read(self, key: str) -> bytes:
        return self._noted(key, self._version(key, None))

    def break_reading(self, key: str, error: Exception) -> None:
        """No range of it can be read any more."""
        self._broken[key] = error

    def read_range(self, key: str, start: int, end: int, *, version: str | None) -> bytes:
        if key in self._broken:
            raise self._broken[key]
        return self._noted(key, self._version(key, version)[start:end])

    def read_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: self.read(key) for key in keys if key in self._versions}

    def write(self, key: str, body: bytes, *, content_type: str = "application/json") -> None:
        self.put(key, body)
        self.content_types[key] = content_type

    def write_many(
        self, bodies: Mapping[str, bytes], *, content_type: str = "application/json"
    ) -> None:
        for key, body in bodies.items():
            self.write(key, body, content_type=content_type)

    def create_many(
        self, bodies: Mapping[str, bytes], *, content_type: str = "application/json"
    ) -> Sequence[str]:
        there = [key for key in bodies if self.exists(key)]
        for key in bodies.keys() - set(there):
            self.write(key, bodies[key], content_type=content_type)
        return there

    def read_with_etag(self, key: str) -> tuple[bytes, str]:
        body = self.read(key)
        return body, _etag(body)

    def replace(
        self, key: str, body: bytes, *, etag: str, content_type: str = "application/json"
    ) -> bool:
        same = self.exists(key) and _etag(self.read(key)) == etag
        if same:
            self.write(key, body, content_type=content_type)
        return same

    def exists(self, key: str) -> bool:
        return key in self._versions

    def list(self, prefix: str, *, limit: int | None = None) -> Sequence[str]:
        found = (key for key in self._versions if key.startswith(prefix))
        return sorted(found, key=str.encode)[:limit]

    def newest(self, prefix: str) -> Sequence[StoredObject]:
        return [self._stored(key) for key in self.list(prefix)]

    def newest_after(
        self, prefix: str, after: str | None, *, limit: int
    ) -> tuple[Sequence[StoredObject], str | None]:
        behind = [key for key in self.list(prefix) if after is None or key > after]
        page = behind[:limit]
        return [self._stored(key) for key in page], page[-1] if len(behind) > limit else None

    def copy(self, target: str, source: str, *, version: str | None, etag: str | None) -> None:
        body = self._version(source, version)
        meant = version is None and etag is not None
        if meant and hashlib.md5(body, usedforsecurity=False).hexdigest() != etag:
            raise ObjectVanished(source)
        self.put(target, body)

    def are_overwritten(self, versions: Sequence[tuple[str, str | None]]) -> Sequence[bool]:
        newest = {key: next(reversed(known)) for key, known in self._versions.items()}
        return [key in newest and version not in (None, newest[key]) for key, version in versions]

    def delete_many(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.destroy(key)

    def tag_many(self, keys: Sequence[str], name: str, value: str) -> None:
        self.tags |= {key: {name: value} for key in keys}

    def _noted(self, key: str, body: bytes) -> bytes:
        self.bytes_read[key] = max(len(body), self.bytes_read.get(key, 0))
        return body

    def _stored(self, key: str) -> StoredObject:
        body = self.read(key)
        return StoredObject(
            key=key,
            size=len(body),
            etag=_etag(body),
            version=next(reversed(self._versions[key])),
            modified=self._modified[key],
        )

    def _version(self, key: str, version: str | None) -> bytes:
        versions = self._versions.get(key, {})
        if not versions or (version is not None and version not in versions):
            raise ObjectVanished(key)
        return versions[version or builtins.list(versions)[-1]]


def _etag(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
