"""What training packed becomes objects: the reports whole, the test predictions in parts."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import JobFailed
from pipeline.names import RunId
from pipeline.scores import images_per_part
from pipeline.steps.reports import MOST_BYTES, TrainingReports, scores_key, unpack_reports
from tests.fakes.services import FakeServices, fake_services
from tests.support.job_outputs import packed

RUN = RunId("krun")
ARCHIVE = "runs/krun/training/job/output/output.tar.gz"
METRICS = b'{"validation_loss": 0.4}'


def unpacked(services: FakeServices, archive: bytes, classes: int = 2) -> TrainingReports:
    services.objects.put(ARCHIVE, archive)
    return unpack_reports(RUN, ARCHIVE, classes=classes, job="the-job", services=services)


def scored(*names: str) -> bytes:
    rows = ({"object": name, "label": 0, "probabilities": [0.75, 0.25]} for name in names)
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def test_test_predictions_are_cut_into_the_parts_that_the_evaluation_reads() -> None:
    services = fake_services()
    images = images_per_part(1000, services.settings.part_images)
    names = [f"{number:05}.jpg" for number in range(images + 1)]
    files = {"test_predictions.jsonl": scored(*names), "metrics.json": METRICS}

    reports = unpacked(services, packed(files), classes=1000)

    assert reports.parts == [names[:images], names[images:]]
    written = services.objects.list(scores_key(RUN))
    assert written == [scores_key(RUN, f"part-0000{n}") for n in range(2)]
    assert b"".join(map(services.objects.read, written)) == scored(*names)


def test_every_other_report_becomes_an_object_of_its_name() -> None:
    services = fake_services()
    files = {"metrics.json": METRICS, "a.md": b"It fits.", "test_predictions.jsonl": scored("0")}

    reports = unpacked(services, packed(files))

    assert reports.metrics == {"validation_loss": 0.4}
    assert services.objects.read("runs/krun/training/metrics.json") == METRICS
    assert services.objects.read("runs/krun/training/a.md") == b"It fits."


def test_what_is_too_large_for_a_report_stays_in_the_archive() -> None:
    services = fake_services()
    large = {"large": bytes(MOST_BYTES + 1)}
    files = large | {"metrics.json": METRICS, "test_predictions.jsonl": scored("0")}

    unpacked(services, packed(files))

    assert not services.objects.exists("runs/krun/training/large")


@pytest.mark.parametrize("lacking", ["metrics.json", "test_predictions.jsonl"])
def test_a_needed_report_that_is_lacking_is_named(lacking: str) -> None:
    files = {"metrics.json": METRICS, "test_predictions.jsonl": scored("0")}
    del files[lacking]

    with pytest.raises(JobFailed, match=f"the-job has completed without {lacking}"):
        unpacked(fake_services(), packed(files))


def test_a_damaged_archive_fails_the_training_that_left_it() -> None:
    whole = packed({"metrics.json": METRICS, "test_predictions.jsonl": scored("0")})

    with pytest.raises(JobFailed, match="has left reports that cannot be read"):
        unpacked(fake_services(), whole[: len(whole) // 2])
