"""The versions of the objects in one bucket, and who hears of what is put."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tests.chaos.aws.wire import Refused

LONGEST_KEY = 1024


@dataclass(frozen=True)
class Version:
    """One version of an object; without a body it is a delete marker."""

    key: str
    id: str
    body: bytes | None
    etag: str
    modified: datetime
    sequencer: str


Heard = Callable[[str, Version], None]


class ObjectStore:
    def __init__(self, bucket: str, now: Callable[[], datetime], heard: Heard) -> None:
        self.bucket = bucket
        self.versions: dict[str, list[Version]] = {}
        self.tags: dict[str, list[dict[str, str]]] = {}
        # By first folder, in the order of UTF-8, as S3 lists them: a million images cost little.
        self._keys: defaultdict[str, list[str]] = defaultdict(list)
        self._now = now
        self._heard = heard
        self._count = 0

    def put(self, key: str, body: bytes, reason: str = "ObjectCreated:Put") -> Version:
        version = self._add(key, body)
        self._heard(reason, version)
        return version

    def delete(self, key: str) -> None:
        if self.find(key):
            self._add(key, None)

    def find(self, key: str, version: str | None = None) -> Version | None:
        """The version, or the newest one; None if there is none or it is a delete marker."""
        held = self.versions.get(key, ())
        if version is not None:
            return next((one for one in held if one.id == version and one.body is not None), None)
        return held[-1] if held and held[-1].body is not None else None

    def read(self, key: str) -> bytes:
        found = self.find(key)
        assert found is not None, f"nothing lies under {key}"
        assert found.body is not None, f"{key} is deleted"
        return found.body

    def below(self, prefix: str, after: str | None = None) -> Iterator[str]:
        """The keys that are not deleted, in S3's order."""
        for key in self.all_below(prefix, after):
            if self.find(key):
                yield key

    def all_below(self, prefix: str, after: str | None) -> Iterator[str]:
        """Deleted ones too."""
        if "/" not in prefix:
            raise NotImplementedError(f"a listing of more than one folder: {prefix!r}")
        keys = self._keys[_folder(prefix)]
        start = bisect_left(keys, prefix)
        if after is not None:
            start = max(start, bisect_right(keys, after))
        for position in range(start, len(keys)):
            if not keys[position].startswith(prefix):
                return
            yield keys[position]

    def remove(self, key: str, version: str | None) -> None:
        """That version for ever; without one a marker is put on top."""
        if version is None:
            self.delete(key)
            return
        self.versions[key] = [one for one in self.versions.get(key, ()) if one.id != version]
        if not self.versions[key]:
            del self.versions[key]
            self._keys[_folder(key)].remove(key)

    def _add(self, key: str, body: bytes | None) -> Version:
        if len(key.encode()) > LONGEST_KEY:
            raise Refused("KeyTooLongError", "Your key is too long")
        self._count += 1
        etag = hashlib.md5(body or b"", usedforsecurity=False).hexdigest()
        version = Version(
            key, f"v{self._count:07d}", body, etag, self._now(), f"{self._count:016X}"
        )
        if key not in self.versions:
            insort(self._keys[_folder(key)], key)
        self.versions.setdefault(key, []).append(version)
        return version


def _folder(key: str) -> str:
    folder, slash, _ = key.partition("/")
    return folder if slash else ""
