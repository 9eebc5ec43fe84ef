from __future__ import annotations

import json
import math
from pathlib import Path

from training_code.loops.epoch_losses import EpochLosses
from training_code.loops.metrics import Measurement, metric_line


def test_the_validation_loss_of_each_epoch_is_left_as_it_comes(tmp_path: Path) -> None:
    losses = EpochLosses(tmp_path / "data")

    for epoch, loss in enumerate((0.75, math.nan, math.inf, 1.5e-7), start=1):
        for split in ("train", "valid"):
            losses.note(metric_line(split, epoch, Measurement(loss, 0.5, 8), 0.75))

    left = json.loads((tmp_path / "data" / "epochs.json").read_text())
    assert left == {"validation_loss": [0.75, None, None, 0.0]}
