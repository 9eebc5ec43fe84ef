"""A zip on this machine, judged as the deployed gate will judge it, before a byte is sent."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cli.mistakes import Mistake
from pipeline.gate.corrections import Corrections
from pipeline.gate.inspection import NO_CORRECTIONS, inspect_dataset
from pipeline.gate.report import DatasetReport


@dataclass
class _LocalArchive:
    """An open file as the gate reads archives."""

    file: BinaryIO
    size: int

    def read_at(self, offset: int, length: int) -> bytes:
        self.file.seek(offset)
        return self.file.read(length)


def judged_zip(path: Path, key: str, corrections: Corrections = NO_CORRECTIONS) -> DatasetReport:
    """The gate's report on the file that would lie under `key`.

    Raises:
        Mistake: there is no such file, or the gate refuses it; with all that it has found.
    """
    if not path.is_file():
        raise Mistake(
            f"{path} does not exist: give the path of a zip or of a folder of class folders."
        )
    try:
        with path.open("rb") as file:
            archive = _LocalArchive(file, os.fstat(file.fileno()).st_size)
            report = inspect_dataset(archive, key=key, corrections=corrections).report
    except OSError as error:
        raise Mistake(f"{path} cannot be read ({error.strerror}): check its rights.") from error
    if not report.accepted:
        raise Mistake(f"{path} would be rejected; nothing was uploaded.{_listed(report)}")
    return report


def _listed(report: DatasetReport) -> str:
    return "".join(f"\n  {found.message}" for found in report.refusals)
