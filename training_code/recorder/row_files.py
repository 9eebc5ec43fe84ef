"""The files of rows: a line is in its file when the call returns, and no file grows too large."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from training_code.recorder.row_lines import line_of
from training_code.recorder.rows import Counts, Row, StepRow, SystemRow, TensorRow

Listener = Callable[[Row], None]


class Board(Protocol):
    """A listener that has a file of its own."""

    def tell(self, row: Row) -> None: ...
    def close(self) -> None: ...


MEBIBYTE = 1024 * 1024
# What is larger than 16 MiB would not be unpacked into the run.
THINNED_EVERY = 2 * MEBIBYTE
MOST_BYTES = 15 * MEBIBYTE


class RowFile:
    """One kind of rows. Each 2 MiB, its rows are wanted half as often."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Unbuffered: a row is one write, and a job that is killed has lost none.
        self._file = path.open("ab", buffering=0)
        self._bytes = self._file.tell()

    @property
    def thinning(self) -> int:
        """Every how many of the rows that the settings want are still wanted."""
        return 1 << (self._bytes // THINNED_EVERY)

    def append(self, row: Row) -> None:
        """Whole, or not at all once the file is full."""
        line = f"{line_of(row)}\n".encode()
        if self._bytes + len(line) <= MOST_BYTES:
            self._file.write(line)
            self._bytes += len(line)

    def close(self) -> None:
        self._file.close()


class RowFiles:
    """All of them in one folder; what else wants to know of a row as it comes is told."""

    def __init__(
        self, folder: Path, listeners: tuple[Listener, ...] = (), board: Board | None = None
    ) -> None:
        self._folder, self._board = folder, board
        self._listeners = (*listeners, *([board.tell] if board else []))
        self.steps = RowFile(folder / StepRow.FILE)
        self.tensors = RowFile(folder / TensorRow.FILE)
        self.system = RowFile(folder / SystemRow.FILE)

    def write_counts(self, counts: Counts) -> None:
        """Whole whenever somebody looks."""
        unfinished = self._folder / "counts.unfinished"
        unfinished.write_text(line_of(counts) + "\n", encoding="utf-8")
        unfinished.replace(self._folder / Counts.FILE)

    def append(self, row: Row) -> None:
        """Rows about the machine come from a thread of their own."""
        if isinstance(row, StepRow):
            self.steps.append(row)
        elif isinstance(row, TensorRow):
            self.tensors.append(row)
        else:
            self.system.append(row)
        for tell in self._listeners:
            tell(row)

    def close(self) -> None:
        for file in (self.steps, self.tensors, self.system):
            file.close()
        if self._board:
            self._board.close()
