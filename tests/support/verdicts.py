"""The gate's verdict on a zip, where the jobs read it."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.gate.inspection import inspect_dataset
from pipeline.gate.limits import GateLimits
from pipeline.gate.ranged_file import RangedFile
from pipeline.gate.report import DatasetReport
from training_code.data.verdict import FILE_NAME, Verdict

# Test data sets are small.
LIMITS = GateLimits(min_train_images=1, min_unsplit_images=1)


def judged(path: Path) -> tuple[DatasetReport, Verdict | None]:
    """What the gate says about the zip, and what the preparation reads if it is accepted."""
    data = path.read_bytes()
    file = RangedFile(len(data), lambda offset, length: data[offset : offset + length])
    judgement = inspect_dataset(file, key=f"datasets/{path.name}", limits=LIMITS)
    if judgement.verdict is None:
        return judgement.report, None
    told = judgement.verdict.as_json(key=f"datasets/{path.name}", version="v1", etag="e" * 32)
    folder = path.parent.parent / "gate"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text(json.dumps(told))
    return judgement.report, Verdict.read(folder)
