"""A batch as `batches/<batch>/batch.json` keeps it, to go on with it after any interruption."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from pipeline.images import Batch, Champion


def dump(batch: Batch) -> bytes:
    return json.dumps(asdict(batch), default=datetime.isoformat, ensure_ascii=False).encode()


def load(body: bytes) -> Batch:
    record = json.loads(body)
    parts = {
        "champion": Champion(**record["champion"]),
        "lists": tuple(record["lists"]),
        "began": datetime.fromisoformat(record["began"]),
    }
    return Batch(**record | parts)
