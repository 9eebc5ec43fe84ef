"""What a training packed beside its model becomes objects of its own."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.errors import JobFailed
from pipeline.findings import RULES_REPORT, Finding, findings_in
from pipeline.job_reports import DAMAGED, reports_in
from pipeline.names import RunId, run_key
from pipeline.object_stream import ObjectStream
from pipeline.ports import ObjectVanished, Services
from pipeline.references import chunks, part_name
from pipeline.scores import images_per_part, name_of

LINES = "application/jsonlines"
JSON = "application/json"
HTML = "text/html; charset=utf-8"
METRICS = "metrics.json"
TEST_PREDICTIONS = "test_predictions.jsonl"
# What is larger is not a report and stays in the archive.
MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class TrainingReports:
    """The figures, what the rules found, and the names of the test images by part of the scores."""

    metrics: Mapping[str, float]
    parts: Sequence[Sequence[str]]
    findings: Sequence[Finding] = ()


def scores_key(run: RunId, part: str = "") -> str:
    """Where what training said of a part of the test split lies; without a part, of all."""
    return run_key(run, f"training/test_predictions/{part and f'{part}.jsonl'}")


def unpack_reports(
    run: RunId, archive: str, *, classes: int, job: str, services: Services
) -> TrainingReports:
    """May be repeated. The archive is read once, in pieces, whatever its size.

    Raises:
        JobFailed: the training has left no reports, or not those that are needed.
    """

    def read(start: int, end: int) -> bytes:
        return services.objects.read_range(archive, start, end, version=None)

    images = images_per_part(classes, services.settings.part_images)
    metrics: Mapping[str, float] | None = None
    findings: Sequence[Finding] = ()
    parts: Sequence[Sequence[str]] | None = None
    try:
        for name, size, content in reports_in(io.BufferedReader(ObjectStream(read))):
            if name == TEST_PREDICTIONS:
                parts = _write_scores(run, content, images, services)
            elif size <= MOST_BYTES:
                body = content.read()
                kind = HTML if name.endswith(".html") else JSON
                services.objects.write(run_key(run, f"training/{name}"), body, content_type=kind)
                if name == METRICS:
                    metrics = json.loads(body)
                elif name == RULES_REPORT:
                    findings = findings_in(body)
    except ObjectVanished as error:
        raise JobFailed(job, f"{job} has completed without its reports") from error
    except (*DAMAGED, ValueError) as error:
        raise JobFailed(job, f"{job} has left reports that cannot be read ({error})") from error
    if metrics is None or parts is None:
        needed = {METRICS: metrics, TEST_PREDICTIONS: parts}
        lacking = ", ".join(name for name, found in needed.items() if found is None)
        raise JobFailed(job, f"{job} has completed without {lacking}")
    return TrainingReports(metrics, parts, findings)


def _write_scores(
    run: RunId, lines: Iterable[bytes], images: int, services: Services
) -> list[list[str]]:
    """The names in each part."""
    named = []
    for number, some in enumerate(chunks(lines, images)):
        key = scores_key(run, part_name(number))
        services.objects.write(key, b"".join(some), content_type=LINES)
        named.append([name_of(line) for line in some])
    return named
