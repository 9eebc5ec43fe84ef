"""A batch as `batches/<batch>/batch.json` keeps it, to go on with it after any interruption."""

from __future__ import annotations

import json
from dataclasses import asdict

from pipeline.events import ImageDropped
from pipeline.images import Batch, Champion, WaitingImage


def dump(batch: Batch) -> bytes:
    return json.dumps(asdict(batch), ensure_ascii=False).encode()


def load(body: bytes) -> Batch:
    record = json.loads(body)
    images = (
        WaitingImage(image=ImageDropped(**row["image"]), attempts=row["attempts"])
        for row in record["images"]
    )
    return Batch(champion=Champion(**record["champion"]), images=tuple(images))
