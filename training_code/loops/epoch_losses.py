"""What a trial leaves of its epochs: the validation loss of each, written as they come."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

FILE = "epochs.json"
# The line by which the tuner is told as well.
EPOCH_LINE = re.compile(r"valid epoch=\d+ loss=(\S+)")


@dataclass
class EpochLosses:
    """Reads metric lines on their way to the log."""

    folder: Path
    losses: list[float | None] = field(default_factory=list)

    def note(self, line: str) -> None:
        """Null is a loss that is no number, of which JSON knows none."""
        if said := EPOCH_LINE.match(line):
            loss = float(said[1])
            self.losses.append(loss if math.isfinite(loss) else None)
            self._write()

    def _write(self) -> None:
        """Written beside and renamed: a trial may be killed at any moment."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / "epochs.unfinished"
        unfinished.write_text(json.dumps({"validation_loss": self.losses}) + "\n")
        unfinished.replace(self.folder / FILE)
