"""All that a training can tell of itself and of the jobs before it. What is not there is empty."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from training_code.data.splits import Splits
from training_code.recorder.row_lines import read_counts, read_rows
from training_code.recorder.rows import Counts, StepRow, SystemRow
from training_code.report.interpretation import Course
from training_code.report.mistakes import TestAnswers

Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Material:
    """Of one run, at the end of its training."""

    course: Course
    answers: TestAnswers
    splits: Splits
    read: Callable[[str], bytes]  # a member of the zip
    reports: Path  # what the training leaves: the recorder's rows, the rules' verdicts, the gain
    preparation: Path
    search: Path | None = None  # the channel with the trials

    @property
    def classes(self) -> Sequence[str]:
        return self.splits.classes

    @cached_property
    def steps(self) -> list[StepRow]:
        return list(read_rows(self.reports / "recorder", StepRow))

    @cached_property
    def system(self) -> list[SystemRow]:
        return list(read_rows(self.reports / "recorder", SystemRow))

    @cached_property
    def counts(self) -> Counts | None:
        return read_counts(self.reports / "recorder")

    @cached_property
    def rules(self) -> Sequence[Document]:
        statuses: Sequence[Document] = self._document(self.reports / "rules.json").get(
            "statuses", []
        )
        return statuses

    @cached_property
    def gain(self) -> Document:
        return self._document(self.reports / "gain.json")

    @cached_property
    def trials(self) -> Document:
        return self._document(self.search / "trials.json") if self.search else {}

    @cached_property
    def findings(self) -> Document:
        """Of the preparation about the data set."""
        return self._document(self.preparation / "report.json")

    @staticmethod
    def _document(path: Path) -> Document:
        if not path.is_file():
            return {}
        document: Document = json.loads(path.read_text(encoding="utf-8"))
        return document
