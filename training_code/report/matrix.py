"""The confusion of many classes as a drawing: which cells there are, where, and how dark. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from training_code.report.mistakes import Mistake, TestAnswers

WIDTH = 100.0
LABELS = 34.0  # of the width, for the names of the classes
MOST_LABELLED = 40  # classes: the names of more could not be read
MOST_PAIRS = 600  # drawn: each costs its bytes
LARGEST_CELL = 12.0
LEVELS = 5


@dataclass(frozen=True)
class Cell:
    """Images of the class `row` that were answered `column`."""

    row: int
    column: int
    count: int
    level: int  # 1 to 5, by its share of the row


@dataclass(frozen=True)
class Matrix:
    """In units of a hundredth of its width."""

    cells: Sequence[Cell]
    pairs: Mapping[tuple[int, int], Sequence[Mistake]]
    hidden: int  # pairs that are not drawn
    labelled: bool
    cell: float

    @property
    def margin(self) -> float:
        return LABELS if self.labelled else 0.0

    @property
    def letters(self) -> float:
        """Their height."""
        return min(2.4, 0.9 * self.cell)

    @property
    def top(self) -> float:
        return 5.0 if self.labelled else 0.0

    @property
    def width(self) -> float:
        return WIDTH

    @property
    def height(self) -> float:
        return self.top + self.cell * self._classes

    _classes: int = 0


def draw_matrix(answers: TestAnswers) -> Matrix:
    confusion = answers.confusion
    classes = len(confusion)
    labelled = classes <= MOST_LABELLED
    room = WIDTH - LABELS if labelled else WIDTH
    pairs = dict(islice(answers.pairs.items(), MOST_PAIRS))
    drawn = [(n, n) for n in range(classes) if confusion[n, n]] + [*pairs]
    cells = [
        Cell(row, column, count, _level(count / int(confusion[row].sum())))
        for row, column in sorted(drawn)
        for count in [int(confusion[row, column])]
    ]
    return Matrix(
        cells=cells,
        pairs=pairs,
        hidden=len(answers.pairs) - len(pairs),
        labelled=labelled,
        cell=min(LARGEST_CELL, room / classes),
        _classes=classes,
    )


def _level(share: float) -> int:
    return max(1, min(LEVELS, round(share * LEVELS + 0.4)))
