"""The test split goes through the serving path by reference, as dropped images do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.evaluation import Evaluation, evaluate
from pipeline.images import WaitingImage
from pipeline.names import run_key
from pipeline.parity import Answer, NotServed, Scored
from pipeline.ports import Services
from pipeline.references import dump_part, part_name
from pipeline.run import Run
from pipeline.scores import load_answers, load_scores
from pipeline.service_limits import MEBIBYTE, PAYLOADS_IN_FLIGHT_MB
from pipeline.steps.parts import LINES, outputs_below
from pipeline.steps.reports import scores_key

UNANSWERED = NotServed("it has no answer", awaited=True)


def refer_to_test_images(run: Run, parts: Sequence[Sequence[str]], services: Services) -> None:
    """Writes what the job reads; may be repeated."""
    folder = run_key(run.id, "test/")
    there = {found.key: found for found in services.objects.newest(folder)}
    for number, names in enumerate(parts):
        found = [there[folder + name] for name in names if folder + name in there]
        if not found:  # SageMaker has nothing to send of an empty part
            continue
        body = dump_part(
            [WaitingImage(key=one.key, size=one.size, etag=one.etag) for one in found],
            bucket=services.settings.bucket,
            # The preparation took every image that could be decoded: each is sent.
            max_bytes=PAYLOADS_IN_FLIGHT_MB * MEBIBYTE,
            probabilities=True,
        )
        key = run_key(run.id, f"evaluation/input/{part_name(number)}.jsonl")
        services.objects.write(key, body, content_type=LINES)


def compare(run: Run, services: Services) -> Evaluation:
    """What serving said of the test split beside what training said, a part at a time."""
    return evaluate(_pairs(run, services), run.dataset.classes, run.id)


def _pairs(run: Run, services: Services) -> Iterator[tuple[Scored, Answer]]:
    answered = outputs_below(run_key(run.id, "evaluation/output/"), services)
    for key in services.objects.list(scores_key(run.id)):
        part = key.rpartition("/")[2].removesuffix(".jsonl")
        output = answered.get(part)
        answers = load_answers(services.objects.read(output)) if output else {}
        for row in load_scores(services.objects.read(key)):
            yield row, answers.get(row.name, UNANSWERED)
