"""What the engine remembers: one record per resource, in memory, safe for many threads."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from localcloud.sagemaker.region.errors import ApiError, invalid
from localcloud.sagemaker.region.kinds import Kind, missing, taken
from localcloud.sagemaker.region.shapes import Json


class Record:
    """One resource: the members that Describe answers, with its tags."""

    def __init__(self, kind: Kind, name: str, arn: str, fields: Json) -> None:
        self.kind = kind
        self.name = name
        self.arn = arn
        self.tags: dict[str, str] = {}
        self.created = time.time()
        self._lock = threading.RLock()
        self._fields: Json = {
            kind.name_member: name,
            kind.arn_member: arn,
            # A number, as in AWS's JSON; each kind of event spells it in its own way.
            "CreationTime": self.created,
            **copy.deepcopy(fields),
        }

    def __getitem__(self, member: str) -> Any:
        with self._lock:
            return copy.deepcopy(self._fields[member])

    def get(self, member: str, default: Any = None) -> Any:
        with self._lock:
            return copy.deepcopy(self._fields.get(member, default))

    @property
    def status(self) -> str:
        return str(self.get(self.kind.status_member, ""))

    def fields(self) -> Json:
        with self._lock:
            return copy.deepcopy(self._fields)

    def update(self, **changes: Any) -> None:
        with self._lock:
            self._fields.update(copy.deepcopy(changes), LastModifiedTime=time.time())

    def count(self, member: str) -> int:
        """The next number of a member that only counts, from 1; no number is given twice."""
        with self._lock:
            self._fields[member] = self._fields.get(member, 0) + 1
            return int(self._fields[member])

    def append(self, member: str, items: Iterable[Any]) -> None:
        """Adds to a member that is a list, or is not there yet."""
        with self._lock:
            self.update(**{member: [*self._fields.get(member, ()), *items]})

    def update_if(self, allowed: Callable[[Json], bool], **changes: Any) -> bool:
        """Changes the record only if it is (still) as wanted; says whether it did."""
        with self._lock:
            if not allowed(self._fields):
                return False
            self.update(**changes)
            return True


class Records:
    """All resources of the account, by kind and name, in the order of their creation."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._records: dict[tuple[Kind, str], Record] = {}

    def add(self, record: Record, admit: Callable[[], None] = lambda: None) -> None:
        """Keeps a new resource; `admit` may refuse it while nothing else can be added."""
        with self._lock:
            if (record.kind, record.name) in self._records:
                raise taken(record.kind, record.arn)
            admit()
            self._records[record.kind, record.name] = record

    def find(self, kind: Kind, name: str) -> Record | None:
        with self._lock:
            return self._records.get((kind, name))

    def get(self, kind: Kind, name: str, arn: str) -> Record:
        record = self.find(kind, name)
        if record is None:
            raise missing(kind, name, arn)
        return record

    def of(self, kind: Kind) -> list[Record]:
        with self._lock:
            return [record for key, record in self._records.items() if key[0] is kind]

    def by_arn(self, arn: str) -> Record:
        with self._lock:
            for record in self._records.values():
                if record.arn == arn:
                    return record
        raise invalid(f'Could not find resource "{arn}".')

    def remove(self, record: Record) -> None:
        with self._lock:
            self._records.pop((record.kind, record.name), None)


def tag_map(tags: Iterable[Json] | None) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags or ()}


def refuse_reserved_tags(tags: Iterable[Json]) -> None:
    for tag in tags:
        if tag["Key"].lower().startswith("aws:"):
            message = "Tag keys with the prefix aws: are reserved for AWS."
            raise ApiError("ValidationException", message)
