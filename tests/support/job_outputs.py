"""What the jobs leave in the bucket, small enough to be checked by hand."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.events import EndStatus
from pipeline.names import BatchId, batch_key, job_name, run_key
from pipeline.ports import BestTrial
from pipeline.run import Run
from tests.fakes.services import FakeServices
from tests.support.samples import CLASSES, artifact_of

BEST_VALUES = {"lr": "0.003", "batch-size": "64", "hidden-units": "0"}
# Object, label, probabilities: one image of each class, the Pug taken for a Beagle.
TRAINED: Sequence[tuple[str, int, list[float]]] = (
    ("00000.jpg", 0, [0.9, 0.1]),
    ("00001.jpg", 1, [0.8, 0.2]),
)

TRAINED_LINES = "\n".join(
    json.dumps({"object": name, "label": label, "probabilities": probabilities})
    for name, label, probabilities in TRAINED
).encode()

PREPARATION_REPORT: Mapping[str, object] = {
    "schema": "kennel.preparation_report/1",
    "counts": {"train": 6, "valid": 2, "test": 2},
    "digest": "sha256 of the images",
    "warnings": ["12 of 20 images cannot be used."],
}
SPLITS: Mapping[str, object] = {"schema": "kennel.splits/1", "classes": list(CLASSES)}
METRICS = {"validation_loss": 0.4, "validation_accuracy": 0.75, "test_loss": 9.9}
TRAINING_REPORTS: Mapping[str, bytes] = {
    "metrics.json": json.dumps(METRICS).encode(),
    "test_predictions.jsonl": TRAINED_LINES,
    "interpretation.md": b"It fits.",
}


def leave_preparation(services: FakeServices, run: Run) -> None:
    written = {
        "dataset_report.json": {"schema": "kennel.dataset_report/1", "accepted": True},
        "preparation/report.json": PREPARATION_REPORT,
        "preparation/splits.json": SPLITS,
    }
    for name, content in written.items():
        services.objects.write(run_key(run.id, name), json.dumps(content).encode())


def leave_trials(services: FakeServices, run: Run) -> None:
    services.jobs.best = BestTrial(f"kennel-test-tuning-{run.id}-001", 0.42, BEST_VALUES)
    services.objects.write(run_key(run.id, "tuning/trial-1/output/model.tar.gz"), b"")


def leave_training(services: FakeServices, run: Run) -> None:
    """The artifact and, beside it, the reports."""
    artifact = artifact_of(run.id)
    folder = artifact.removeprefix(f"s3://{services.settings.bucket}/").rpartition("/")[0]
    services.objects.write(f"{folder}/output.tar.gz", packed(TRAINING_REPORTS))
    services.jobs.end(
        job_name(services.settings, "training", run.id), "Completed", artifact=artifact
    )


def leave_evaluation(
    services: FakeServices, run: Run, served: Mapping[str, list[float] | None] | None = None
) -> None:
    """The test transform's answers: as training said in its reports, unless told otherwise."""
    services.objects.write(run_key(run.id, "training/test_predictions.jsonl"), TRAINED_LINES)
    said: Mapping[str, list[float] | None] = {name: given for name, _, given in TRAINED}
    for name, probabilities in (said if served is None else served).items():
        body = json.dumps(answer(probabilities, run=run.id)).encode()
        services.objects.write(run_key(run.id, f"evaluation/test/{name}.out"), body)


def leave_answers(services: FakeServices, batch: BatchId, **bodies: bytes) -> None:
    """Outputs of a batch, by the object's number."""
    for number, body in bodies.items():
        key = batch_key(batch, f"output/input/{number.removeprefix('n')}.out")
        services.objects.write(key, body)


def answer(probabilities: list[float] | None, run: str = "championrn") -> dict[str, Any]:
    """What the model says about one image; without probabilities it could not read it."""
    readable = {
        "decision": "accept",
        "predictions": [
            {"label": label, "index": index, "probability": probability}
            for index, (label, probability) in enumerate(
                zip(CLASSES, probabilities or [], strict=False)
            )
        ],
        "error": None,
        "image": {"width": 40, "height": 30, "format": "JPEG"},
    }
    unreadable = {
        "decision": "unreadable",
        "predictions": [],
        "error": {"code": "not_an_image", "message": "these bytes are no image"},
        "image": {"width": None, "height": None, "format": None},
    }
    known = unreadable if probabilities is None else readable
    return {**known, "probabilities": probabilities, "model": {"run": run, "digest": "m" * 64}}


def answered(*probabilities: float) -> bytes:
    return json.dumps(answer(list(probabilities))).encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, body in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return buffer.getvalue()


def end_job(
    services: FakeServices, run: Run, kind: str, status: EndStatus, reason: str | None = None
) -> None:
    services.jobs.end(f"kennel-test-{kind}-{run.id}", status, reason)
