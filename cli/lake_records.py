"""The runs over what lies in S3, each a record in Kennel's bucket: what was agreed to, and its end.

Whoever agrees first makes the record, and with it decides on the model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from cli.mistakes import Mistake
from pipeline.images import Champion
from pipeline.lakes import Lake, Place, RowFormat
from pipeline.names import LAKES
from pipeline.ports import Objects


@dataclass(frozen=True, kw_only=True)
class LakeEnd:
    """How it ended; `outcomes` counts images, and is empty if its state has expired before."""

    at: datetime
    outcomes: Mapping[str, int]
    instance_hours: float
    dollars: float | None

    @property
    def has_expired(self) -> bool:
        return not self.outcomes


@dataclass(frozen=True, kw_only=True)
class LakeRecord:
    """What was agreed to, with the estimate, and the end once it has come."""

    lake: Lake
    champion: Champion
    began: datetime
    parts: int
    images: int
    instance_hours: float
    hour_price: float | None
    dollars: float | None
    end: LakeEnd | None = None


class LakeRecords:
    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def all(self) -> Sequence[LakeRecord]:
        """Newest first."""
        bodies = self._objects.read_many(self._objects.list(LAKES))
        return sorted(map(_load, bodies.values()), key=lambda record: record.began, reverse=True)

    def newest(self, source: Place, to: Place | None, form: RowFormat) -> LakeRecord | None:
        """The last time that just this was asked."""
        asked = (source, to, form)
        lakes = [r for r in self.all() if (r.lake.source, r.lake.to, r.lake.form) == asked]
        return max(lakes, key=lambda record: record.lake.number, default=None)

    def named(self, text: str) -> LakeRecord:
        """The one whose name `text` is, or is the only beginning of."""
        found = [record for record in self.all() if record.lake.name.startswith(text)]
        if not found:
            raise Mistake(f"There is no {text!r}: `kennel runs` lists what there is.")
        if len(found) > 1:
            names = ", ".join(record.lake.name for record in found)
            raise Mistake(f"{text!r} begins {len(found)} of them ({names}): say more.")
        return found[0]

    def add(self, record: LakeRecord) -> LakeRecord:
        """The record as it is there: somebody else may have agreed a moment before."""
        key = _key(record)
        if self._objects.create_many({key: _dump(record)}):
            return _load(self._objects.read(key))
        return record

    def end(self, record: LakeRecord, end: LakeEnd) -> LakeRecord:
        ended = replace(record, end=end)
        self._objects.write(_key(record), _dump(ended))
        return ended


def _key(record: LakeRecord) -> str:
    return f"{LAKES}{record.lake.id}.json"


def _dump(record: LakeRecord) -> bytes:
    return json.dumps(asdict(record), default=datetime.isoformat, ensure_ascii=False).encode()


def _load(body: bytes) -> LakeRecord:
    record = json.loads(body)
    lake, end = record["lake"], record["end"]
    to = Place(**lake["to"]) if lake["to"] else None
    return LakeRecord(
        **record
        | {
            "lake": Lake(**lake | {"source": Place(**lake["source"]), "to": to}),
            "champion": Champion(**record["champion"]),
            "began": datetime.fromisoformat(record["began"]),
            "end": LakeEnd(**end | {"at": datetime.fromisoformat(end["at"])}) if end else None,
        }
    )
