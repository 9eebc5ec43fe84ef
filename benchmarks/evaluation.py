"""What it takes to compare as many test scores as the gate lets pass: CPU time and memory.

Two steps, each in a process of its own: the one that unpacks what training said, and the one that
compares it with what was served. Objects are made up when they are read; what that takes is not
counted. Lambda gives a function of 1,769 MB a whole core, and one of less memory a share of it.

    .venv/bin/python -m benchmarks.evaluation --images 50000 --classes 1000
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.names import run_key
from pipeline.ports import StoredObject
from pipeline.references import part_name
from pipeline.run import Run
from pipeline.scores import images_per_part
from pipeline.service_limits import MOST_TEST_SCORES
from pipeline.steps.comparison import compare, refer_to_test_images
from pipeline.steps.reports import scores_key, unpack_reports
from tests.fakes.objects import FakeObjects
from tests.fakes.services import FakeServices, fake_services
from tests.support.samples import SETTINGS, run_in

WHOLE_CORE_MB = 1769
NETWORK_BYTES_PER_SECOND = 625_000_000 / 8  # of one Lambda environment
MARK = b"#####"  # stands for the part's number in the names of made-up rows


@dataclass(frozen=True)
class Split:
    """So many test images of so many classes."""

    images: int
    classes: int

    @property
    def parts(self) -> int:
        return -(-self.images // self.part_images)

    @property
    def part_images(self) -> int:
        return min(self.images, images_per_part(self.classes, SETTINGS.part_images))

    def names(self, part: str) -> list[str]:
        return [f"{part}{number:05}.jpg" for number in range(self.part_images)]

    def run(self) -> Run:
        run = run_in("evaluating")
        classes = tuple(f"class {number}" for number in range(self.classes))
        return replace(run, dataset=replace(run.dataset, classes=classes))

    def trained(self) -> bytes:
        """A part as training writes it."""
        return self._lines(
            {"object": name, "label": n % self.classes, "probabilities": scores}
            for n, (name, scores) in enumerate(self._scores(digits=7))
        )

    def served(self, run: str) -> bytes:
        """A part as the container answers it, with all the digits that it writes."""
        folder = run_key(self.run().id, "test/")
        return self._lines(
            {
                "key": folder + name,
                "version": None,
                "etag": "e" * 32,
                "decision": "accept",
                "predictions": [],
                "probabilities": scores,
                "image": {"width": 500, "height": 400, "format": "JPEG"},
                "error": None,
                "warnings": [],
                "model": {"run": run, "digest": "m" * 64},
                "predicted_at": "2026-11-24T18:00:00Z",
            }
            for name, scores in self._scores(digits=18)
        )

    def _scores(self, digits: int) -> Iterator[tuple[str, list[float]]]:
        dice = random.Random(1)
        for name in self.names(MARK.decode()):
            yield name, [round(dice.random() / self.classes, digits) for _ in range(self.classes)]

    def _lines(self, rows: Iterator[dict[str, object]]) -> bytes:
        return "".join(json.dumps(row) + "\n" for row in rows).encode()


class MadeUpObjects(FakeObjects):
    """Rows and test images that are made up when they are asked for; nothing is kept."""

    def __init__(self, split: Split, archive: Path | None = None) -> None:
        super().__init__()
        run = split.run().id
        self._split = split
        self._archive = archive
        self._scores, self._output = scores_key(run), run_key(run, "evaluation/output/")
        self._bodies = {self._scores: split.trained(), self._output: split.served(run)}
        self.seconds = 0.0
        self.bytes = 0

    def list(self, prefix: str, **_: object) -> Sequence[str]:
        suffix = ".jsonl" if prefix == self._scores else ".jsonl.out"
        return [f"{prefix}{part_name(n)}{suffix}" for n in range(self._split.parts)]

    def read(self, key: str) -> bytes:
        began = time.process_time()
        folder, _, name = key.rpartition("/")
        body = self._bodies[f"{folder}/"].replace(MARK, name[5:10].encode())
        self._note(body, began)
        return body

    def read_range(self, key: str, start: int, end: int, *, version: str | None) -> bytes:
        assert self._archive is not None, f"{key} of version {version} is not made up"
        began = time.process_time()
        with self._archive.open("rb") as file:
            file.seek(start)
            body = file.read(end - start)
        self._note(body, began)
        return body

    def newest(self, prefix: str) -> Sequence[StoredObject]:
        now = self._clock.now()
        return [
            StoredObject(key=prefix + name, size=99, etag="e" * 32, version="v", modified=now)
            for part in range(self._split.parts)
            for name in self._split.names(f"{part:05}")
        ]

    def write(self, key: str, body: bytes, **_: object) -> None:
        assert key.startswith("runs/")
        self.bytes += len(body)

    def _note(self, body: bytes, began: float) -> None:
        self.bytes += len(body)
        self.seconds += time.process_time() - began


@dataclass(frozen=True)
class Function:
    """A step, and the function that it runs in."""

    name: str
    memory_mb: int
    timeout: int
    step: Callable[[Split, Path], tuple[float, int]]

    def fits(self, split: Split, archive: Path) -> bool:
        before = _peak_mb()
        seconds, size = self.step(split, archive)
        there = seconds * WHOLE_CORE_MB / self.memory_mb + size / NETWORK_BYTES_PER_SECOND
        print(
            f"{self.name}: {seconds:.0f} s of a core, {size / 1e6:.0f} MB through the network: "
            f"about {there:.0f} of {self.timeout} s with {self.memory_mb} MB; "
            f"peak {_peak_mb():.0f} MB, of which {before:.0f} before it began",
            flush=True,
        )
        return there < self.timeout / 2 and _peak_mb() < self.memory_mb


def unpack(split: Split, archive: Path) -> tuple[float, int]:
    objects = MadeUpObjects(split, archive)
    services, run = _services(objects, split), split.run()

    def step() -> None:
        reports = unpack_reports(
            run.id, "output.tar.gz", classes=split.classes, job="job", services=services
        )
        refer_to_test_images(run, reports.parts, services)

    return _measured(step, objects)


def compare_scores(split: Split, _: Path) -> tuple[float, int]:
    objects = MadeUpObjects(split)
    services, run = _services(objects, split), split.run()

    def step() -> None:
        evaluation = compare(run, services)
        assert evaluation.images == split.parts * split.part_images
        evaluation.as_json()

    return _measured(step, objects)


FUNCTIONS = (
    Function("on_training_ended", 512, 300, unpack),
    Function("on_transform_ended", 1024, 300, compare_scores),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--images", type=int, default=MOST_TEST_SCORES // 1000)
    parser.add_argument("--classes", type=int, default=1000)
    arguments = parser.parse_args()
    split = Split(arguments.images, arguments.classes)
    print(f"{split.images:,} test images of {split.classes:,} classes in {split.parts} parts")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "output.tar.gz"
        _pack(split, archive)
        # A process of its own each, or the peak of one would hide that of the other.
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            fitting = [pool.apply(one.fits, (split, archive)) for one in FUNCTIONS]
    return 0 if all(fitting) else 1


def _pack(split: Split, archive: Path) -> None:
    """What training would upload."""
    objects = MadeUpObjects(split)
    files = {"metrics.json": b'{"validation_loss": 0.4}'}
    rows = archive.with_name("test_predictions.jsonl")
    with rows.open("wb") as file:
        for key in objects.list(scores_key(split.run().id)):
            file.write(objects.read(key))
    archive.with_name("metrics.json").write_bytes(files["metrics.json"])
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        for path in (archive.with_name("metrics.json"), rows):
            tar.add(path, path.name)
    rows.unlink()


def _services(objects: MadeUpObjects, split: Split) -> FakeServices:
    return replace(fake_services(split.run()), objects=objects)


def _measured(step: Callable[[], None], objects: MadeUpObjects) -> tuple[float, int]:
    """CPU seconds without the making up, and bytes read and written."""
    began = time.process_time()
    step()
    return time.process_time() - began - objects.seconds, objects.bytes


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
