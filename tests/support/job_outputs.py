"""What the jobs leave in the bucket, small enough to be checked by hand."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from PIL import Image

from inference_code.answers import ReferenceAnswer
from inference_code.photos import Photo
from inference_code.prediction import Prediction
from inference_code.references import ImageUnavailable, decode_references
from inference_code.unreadable import UnreadableImage
from pipeline.events import EndStatus
from pipeline.images import WaitingImage
from pipeline.names import TRIALS, job_name, run_key
from pipeline.ports import BestTrial, TrialOutcome
from pipeline.references import dump_part
from pipeline.run import Run
from pipeline.steps.reports import scores_key
from tests.fakes.services import FakeServices
from tests.support.cards import example_card
from tests.support.samples import CLASSES, artifact_of

BEST_VALUES = {"lr": "0.003", "batch-size": "64", "hidden-units": "0"}
# Object, label, probabilities: one image of each class, the Pug taken for a Beagle.
TRAINED: Sequence[tuple[str, int, list[float]]] = (
    ("00000.jpg", 0, [0.9, 0.1]),
    ("00001.jpg", 1, [0.8, 0.2]),
)

CARD = replace(example_card(), classes=CLASSES, digest="m" * 64)
PICTURE = Image.new("RGB", (40, 30))
# What the model's container says of an image that is not there any more.
ABSENT = {"deleted", "overwritten", "unavailable"}

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
SEARCH: Mapping[str, object] = {
    "schema": "kennel.trials/1",
    "search": "in_job",
    "best": "trial-002",
    "trials": [
        {"name": "trial-001", "objective": None, "values": {"lr": "0.1"}},
        {"name": "trial-002", "objective": 0.42, "values": BEST_VALUES},
    ],
}
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


def leave_search(services: FakeServices, run: Run) -> None:
    """What a preparation leaves that has searched itself."""
    leave_preparation(services, run)
    services.objects.write(run_key(run.id, TRIALS), json.dumps(SEARCH).encode())


def leave_trials(services: FakeServices, run: Run) -> None:
    """Three of them: one that has failed, and left nothing, one cut off, and the best."""
    tuning = f"kennel-test-tuning-{run.id}"
    good, bad, ugly = (f"{tuning}-00{number}" for number in (1, 2, 3))
    services.jobs.best = BestTrial(good, 0.42, BEST_VALUES)
    services.jobs.outcomes_of_trials = (
        _outcome(bad, "Failed", objective=None, reason="AlgorithmError: it broke"),
        _outcome(ugly, "Stopped", objective=0.9),
        _outcome(good, "Completed", objective=0.42),
    )
    losses = json.dumps({"validation_loss": [0.7, None, 0.42]}).encode()
    output = packed({"recorder/steps.jsonl": b"{}", "epochs.json": losses})
    folder = run_key(run.id, "trials/")
    services.objects.write(f"{folder}{good}/output/model.tar.gz", b"the best head")
    services.objects.write(f"{folder}{good}/output/output.tar.gz", output)
    services.objects.write(f"{folder}{ugly}/output/output.tar.gz", output[: len(output) // 2])


def _outcome(
    job: str, status: EndStatus, *, objective: float | None, reason: str | None = None
) -> TrialOutcome:
    return TrialOutcome(
        job=job,
        status=status,
        hyperparameters=BEST_VALUES,
        objective=objective,
        seconds=12.5,
        reason=reason,
    )


def leave_training(
    services: FakeServices, run: Run, more: Mapping[str, bytes] | None = None
) -> None:
    """The artifact and, beside it, the reports; the test images are the preparation's."""
    for name, _, _ in TRAINED:
        services.objects.put(run_key(run.id, f"test/{name}"), b"jpeg")
    artifact = artifact_of(run.id)
    folder = artifact.removeprefix(f"s3://{services.settings.bucket}/").rpartition("/")[0]
    services.objects.write(f"{folder}/output.tar.gz", packed({**TRAINING_REPORTS, **(more or {})}))
    services.jobs.end(
        job_name(services.settings, "training", run.id), "Completed", artifact=artifact
    )


def leave_evaluation(
    services: FakeServices, run: Run, served: Mapping[str, list[float] | None] | None = None
) -> None:
    """The test transform's answers: as training said in its reports, unless told otherwise."""
    services.objects.write(scores_key(run.id, "part-00000"), TRAINED_LINES)
    said: Mapping[str, list[float] | None] = {name: given for name, _, given in TRAINED}
    rows = []
    for name, probabilities in (said if served is None else served).items():
        image = WaitingImage(key=run_key(run.id, f"test/{name}"), size=1, etag="e")
        code = "not_an_image" if probabilities is None else None
        at = services.clock.now()
        given = row(image, at, code=code, probabilities=probabilities, asked=True, run=run.id)
        rows.append(given)
    body = "".join(json.dumps(one) + "\n" for one in rows).encode()
    services.objects.write(run_key(run.id, "evaluation/output/part-00000.jsonl.out"), body)


def row(
    image: WaitingImage,
    at: datetime,
    *,
    code: str | None = None,
    probabilities: Sequence[float] | None = (0.9, 0.1),
    asked: bool = False,
    run: str = "championrn",
) -> dict[str, Any]:
    """What the container answers to a line of one image; with a code it could not read it."""
    line = dump_part([image], bucket="a-bucket", max_bytes=1000, probabilities=asked)
    said: Prediction
    if code in ABSENT:
        said = Prediction(None, error=ImageUnavailable(code, "it is not there"))
    elif code:
        said = Prediction("unreadable", error=UnreadableImage(code, "these bytes are no image"))
    else:
        floats = np.asarray(probabilities, dtype=np.float32)
        said = Prediction("accept", probabilities=floats, photo=Photo(PICTURE, "JPEG"))
    names = tuple(f"class {number}" for number in range(len(probabilities or ())))
    card = replace(CARD, run=run, classes=CLASSES + names[len(CLASSES) :])
    [answered] = ReferenceAnswer((said,), False, card, decode_references(line), at).documents()
    return answered


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
