"""Several processes on one machine, as torchrun starts them, train as one process does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.training_jobs import Job
from tests.support.training_programs import report, run_program

# Without dropout, whose noise is another one in each process. 16 images in batches of 3: the last
# one has an image for one process alone.
SHORT = ["--final", "images", "--epochs", "1", "--trainable", "all", "--backbone-epochs", "2"]
SHORT += ["--dropout", "0", "--batch-size", "3"]
TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]


def test_two_processes_reach_what_one_does(prepared: Job, tmp_path: Path) -> None:
    run_program("train", prepared, tmp_path / "one", *SHORT)

    lines = run_program("train", prepared, tmp_path / "two", *SHORT, by=TORCHRUN)

    one, two = (report(tmp_path / name, "history.json") for name in ("one", "two"))
    assert [row["epoch"] for row in two] == [row["epoch"] for row in one] == [1, 2, 3]
    for alone, shared in zip(one, two, strict=True):
        assert shared == pytest.approx(alone, rel=1e-3, abs=1e-4)
    metrics = [report(tmp_path / name, "metrics.json") for name in ("one", "two")]
    assert metrics[1] == pytest.approx(metrics[0], rel=1e-3, abs=1e-4)
    assert sum(line.startswith("train epoch=1 ") for line in lines) == 1
