"""Measure the data set gate on a zip of 1.1 GB and on one of 100,000 entries.

Each zip is made in a temporary folder, inspected by a fresh process over ranged reads, and removed.
The exit status is 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.gate.inspection import inspect_dataset
from pipeline.gate.ranged_file import RangedFile

PEAK_MEMORY_MB = 200
TAIL_AND_SAMPLES = 160 * 1024


@dataclass(frozen=True, kw_only=True)
class Case:
    """A zip to make, and the share that may be read of it; None: its directory and a little."""

    name: str
    classes: int
    images: int
    image_bytes: int
    share: float | None


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What one inspection cost."""

    accepted: bool
    entries: int
    archive_bytes: int
    bytes_read: int
    range_reads: int
    seconds: float
    peak_mb: float


CASES = (
    Case(name="photos", classes=133, images=8_351, image_bytes=135_500, share=0.01),
    Case(name="entries", classes=300, images=100_000, image_bytes=64, share=None),
)


def main() -> int:
    options = _options()
    if options.inspect:
        print(json.dumps(vars(_inspect(options.inspect))))
        return 0
    chosen = [case for case in CASES if options.case in ("all", case.name)]
    kept = [_run(case, options.folder) for case in chosen]  # all of them, also after a miss
    return 0 if all(kept) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=["all", *(case.name for case in CASES)], default="all")
    parser.add_argument("--folder", type=Path, help="where the zips are made (default: temporary)")
    parser.add_argument("--inspect", type=Path, metavar="ZIP", help="measure one zip, in-process")
    return parser.parse_args()


def _run(case: Case, folder: Path | None) -> bool:
    """Measure one case, print its figures, and say whether it kept its bounds."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary) / f"{case.name}.zip"
        _make_zip(path, case)
        directory_bytes = _directory_bytes(path)
        command = [sys.executable, "-m", "benchmarks.gate", "--inspect", str(path)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
    measured = Measurement(**json.loads(answer.stdout))
    most = (
        int(measured.archive_bytes * case.share)
        if case.share is not None
        else directory_bytes + TAIL_AND_SAMPLES
    )
    kept = measured.accepted and measured.bytes_read <= most and measured.peak_mb < PEAK_MEMORY_MB
    _print(case, measured, most)
    print(f"  {'within' if kept else 'MISSED'} the bounds")
    return kept


def _print(case: Case, measured: Measurement, most: int) -> None:
    share = measured.bytes_read / measured.archive_bytes
    print(f"{case.name}: {measured.entries:,} entries, {measured.archive_bytes:,} bytes")
    print(f"  verdict      {'accepted' if measured.accepted else 'refused'}")
    print(f"  bytes read   {measured.bytes_read:,} ({share:.3%} of the zip; at most {most:,})")
    print(f"  range reads  {measured.range_reads}")
    print(f"  seconds      {measured.seconds:.2f}")
    print(f"  peak memory  {measured.peak_mb:.0f} MB (less than {PEAK_MEMORY_MB})")


def _inspect(path: Path) -> Measurement:
    """Inspect the zip in this process, which should have done nothing else before."""
    file = os.open(path, os.O_RDONLY)
    try:
        archive = RangedFile(path.stat().st_size, lambda offset, n: os.pread(file, n, offset))
        start = time.perf_counter()
        report = inspect_dataset(archive, key=path.name).report
        seconds = time.perf_counter() - start
    finally:
        os.close(file)
    return Measurement(
        accepted=report.accepted,
        entries=report.totals.entries,
        archive_bytes=archive.size,
        bytes_read=archive.bytes_read,
        range_reads=archive.range_reads,
        seconds=seconds,
        peak_mb=_peak_mb(),
    )


def _peak_mb() -> float:
    """The most memory that this process ever held; `getrusage` would count its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _make_zip(path: Path, case: Case) -> None:
    noise = os.urandom(case.image_bytes)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in _names(case):
            archive.writestr(name, noise)


def _names(case: Case) -> Iterator[str]:
    for number in range(case.images):
        folder = (
            f"{number % case.classes + 1:03}.Greater_swiss_mountain_dog_{number % case.classes}"
        )
        split = ("train",) * 8 + ("valid", "test")
        place = split[number // case.classes % len(split)]
        yield f"dogImages/{place}/{folder}/Greater_swiss_mountain_dog_{number:06}.jpg"


def _directory_bytes(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return path.stat().st_size - archive.start_dir


if __name__ == "__main__":
    sys.exit(main())
