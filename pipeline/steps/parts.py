"""A part of a batch has been answered: documents, rows, and a marker that says so."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from pipeline.answers import answers_to
from pipeline.costs import Costs, costs_in
from pipeline.documents import Answer, document, is_unavailable
from pipeline.images import Batch, WaitingImage
from pipeline.names import BatchId, batch_key, rows_key
from pipeline.ports import Services
from pipeline.references import load_part
from pipeline.steps.documents import write_documents

OUTPUT = ".jsonl.out"
LINES = "application/jsonlines"


@dataclass(frozen=True, kw_only=True)
class SettledPart:
    """What a part came to; the images without an answer by their place in it."""

    answered: int
    unanswered: tuple[int, ...] = ()
    unavailable: tuple[int, ...] = ()
    costs: Costs = field(default_factory=dict)


def settle_part(batch: Batch, part: str, output: str, services: Services) -> SettledPart:
    """May be repeated, and side by side: the marker is written last."""
    marker = _marker_key(batch.id, part)
    if told_before := services.objects.read_many([marker]):
        return _load(told_before[marker])
    images = part_images(batch.id, part, services)
    body = services.objects.read(output)
    found = answers_to(images, [body])
    answered = [
        (image, answer)
        for image, answer in found
        if answer is not None and not is_unavailable(answer)
    ]
    write_answers(batch, part, answered, services)
    settled = SettledPart(
        answered=len(answered),
        unanswered=tuple(n for n, (_, answer) in enumerate(found) if answer is None),
        unavailable=tuple(
            n for n, (_, answer) in enumerate(found) if answer and is_unavailable(answer)
        ),
        costs=costs_in(body),
    )
    services.objects.write(marker, json.dumps(asdict(settled)).encode())
    services.telemetry.log("part is settled", batch=batch.id, part=part, **asdict(settled))
    services.telemetry.count("ImagesPredicted", len(answered))
    return settled


def write_answers(
    batch: Batch,
    part: str,
    answers: Sequence[tuple[WaitingImage, Answer]],
    services: Services,
) -> None:
    """The documents, unless only rows are wanted, and then the rows, all or none.

    What was deleted or overwritten meanwhile has a row that says so, and no document.
    """
    bucket = services.settings.bucket
    rows = [document(image, answer, batch.champion, bucket=bucket) for image, answer in answers]
    if batch.documents == "each":
        pairs = zip(answers, rows, strict=True)
        write_documents(
            {image: row for (image, answer), row in pairs if answer["decision"]}, services
        )
    if rows:
        body = b"\n".join(rows) + b"\n"
        services.objects.write(rows_key(batch.id, part), body, content_type=LINES)


def input_parts(batch: BatchId, services: Services) -> list[str]:
    keys = services.objects.list(batch_key(batch, "input/"))
    return [key.rpartition("/")[2].removesuffix(".jsonl") for key in keys]


def part_images(batch: BatchId, part: str, services: Services) -> list[WaitingImage]:
    return load_part(services.objects.read(batch_key(batch, f"input/{part}.jsonl")))


def outputs(batch: BatchId, services: Services) -> Mapping[str, str]:
    return outputs_below(batch_key(batch, "output/"), services)


def outputs_below(prefix: str, services: Services) -> Mapping[str, str]:
    """Part to the key of what a job has written for it.

    Below which folders Batch Transform lays its outputs is not documented for every kind of input:
    only the last part of a key counts.
    """
    keys = services.objects.list(prefix)
    return {
        key.rpartition("/")[2].removesuffix(OUTPUT): key for key in keys if key.endswith(OUTPUT)
    }


def settled_parts(batch: BatchId, services: Services) -> Mapping[str, SettledPart]:
    keys = services.objects.list(batch_key(batch, "settled/"))
    bodies = services.objects.read_many(keys)
    return {
        key.rpartition("/")[2].removesuffix(".json"): _load(body) for key, body in bodies.items()
    }


def _load(body: bytes) -> SettledPart:
    record = json.loads(body)
    return SettledPart(
        answered=record["answered"],
        unanswered=tuple(record["unanswered"]),
        unavailable=tuple(record["unavailable"]),
        costs=record.get("costs", {}),
    )


def _marker_key(batch: BatchId, part: str) -> str:
    return batch_key(batch, f"settled/{part}.json")
