"""The answers to a lake's parts, over all of its jobs, and the rows that are made of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from cli.lake_records import LakeRecord
from cli.lake_rows import CONTENT_TYPES, dump_rows
from pipeline.answers import answers_to
from pipeline.documents import Answer, fields_of, is_unavailable
from pipeline.images import WaitingImage
from pipeline.ports import Objects
from pipeline.references import dump_part, load_part, part_name
from pipeline.steps.parts import OUTPUT


class LakeExpired(Exception):
    """The bucket's lifecycle has taken what was listed: it cannot be gone on with."""


class LakeAnswers:
    """Settles part by part: the rows first, and a marker once none of its images is left.

    `own` holds the state, `results` the rows. A part that is settled twice comes to the same.

    Raises:
        LakeExpired: a part without all answers is not there any more.
    """

    def __init__(self, record: LakeRecord, own: Objects, results: Objects, folder: str) -> None:
        self._lake = record.lake
        self._champion = record.champion
        self._names = [part_name(number) for number in range(record.parts)]
        self._own = own
        self._results = results
        self._folder = folder
        self._looked_at: dict[str, int] = {}
        self._settled = {_part_of(key) for key in own.list(self._lake.key("settled/"))}
        inputs = {_part_of(key) for key in own.list(self._lake.key("input/"))}
        if not inputs >= set(self._open()):
            raise LakeExpired(self._lake.name)

    @property
    def settled(self) -> int:
        return len(self._settled)

    @property
    def are_whole(self) -> bool:
        return self._settled >= set(self._names)

    def settle_new(self) -> None:
        """What has been answered since the last look."""
        outputs = self._outputs()
        for part in self._open():
            keys = outputs.get(part, [])
            if len(keys) > self._looked_at.get(part, 0):
                self._settle(part, keys)
                self._looked_at[part] = len(keys)

    def write_input(self, attempt: int, *, max_bytes: int) -> int:
        """For a further job: the images without an answer, by their parts; how many they are."""
        outputs, images = self._outputs(), 0
        for part in self._open():
            answers = self._answers(part, outputs.get(part, []))
            left = [image for image, answer in answers if answer is None]
            body = dump_part(left, bucket=self._lake.source.bucket, max_bytes=max_bytes)
            self._own.write(self._lake.key(f"attempts/{attempt}/input/{part}.jsonl"), body)
            images += len(left)
        return images

    def summary(self) -> Counter[str]:
        """Decisions, and the codes of what has none, with how many images they have."""
        keys = self._own.list(self._lake.key("settled/"))
        total: Counter[str] = Counter()
        for body in self._own.read_many(keys).values():
            total.update(json.loads(body))
        return total

    def _settle(self, part: str, outputs: Sequence[str]) -> None:
        answers = self._answers(part, outputs)
        answered = [(image, answer) for image, answer in answers if answer is not None]
        bucket, champion, form = self._lake.source.bucket, self._champion, self._lake.form
        rows = [fields_of(image, answer, champion, bucket=bucket) for image, answer in answered]
        self._results.write(
            f"{self._folder}{part}.{form}", dump_rows(rows, form), content_type=CONTENT_TYPES[form]
        )
        if len(answered) == len(answers):
            found = Counter(_outcome(answer) for _, answer in answered)
            self._own.write(self._lake.key(f"settled/{part}.json"), json.dumps(found).encode())
            self._settled.add(part)

    def _open(self) -> list[str]:
        return [part for part in self._names if part not in self._settled]

    def _outputs(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key in self._own.list(self._lake.key("attempts/")):
            if key.endswith(OUTPUT):
                found.setdefault(_part_of(key), []).append(key)
        return found

    def _answers(
        self, part: str, outputs: Sequence[str]
    ) -> Sequence[tuple[WaitingImage, Answer | None]]:
        """What was not to be had is without an answer."""
        images = load_part(self._own.read(self._lake.key(f"input/{part}.jsonl")))
        found = answers_to(images, map(self._own.read, outputs))
        return [
            (image, None if answer and is_unavailable(answer) else answer)
            for image, answer in found
        ]


def _part_of(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]


def _code(answer: Answer) -> str | None:
    return answer["error"]["code"] if answer["error"] else None


def _outcome(answer: Answer) -> str:
    return _code(answer) or answer["decision"] or ""
