"""What a demo leaves in its folder: the local cloud's state ends with the local cloud."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cli.prediction import Prediction
from pipeline.names import PREDICTIONS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from cli.run_status import RunStatus

OBJECTS = (
    ("report.html", "all of the run on one page, for a browser"),
    ("dataset_report.json", "what the gate found in the zip"),
    ("preparation/report.json", "corrupt and duplicated images, how features were made"),
    ("preparation/corrections.csv", "doubtful labels and near-duplicates, to be filled in"),
    ("evaluation.json", "accuracy and loss per class through the serving path"),
)
TRAINING = "training/"
NOT_TAKEN = ("debug/", "profiler/", "recorder/", "report.html")


@dataclass(frozen=True)
class Kept:
    path: Path
    meaning: str


class Results:
    """Copies a run's reports, its model and the documents to a folder."""

    def __init__(self, s3: S3Client, bucket: str, folder: Path) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._folder = folder

    def keep(self, run: RunStatus) -> Iterator[Kept]:
        """All that the run has come to: one that failed has fewer."""
        for name, meaning in OBJECTS:
            yield from self._copied(f"runs/{run.run}/{name}", name, meaning)
        yield from self._training(run)
        if run.artifact:
            key = run.artifact.removeprefix(f"s3://{self._bucket}/")
            yield from self._copied(key, "model.tar.gz", "the model, as SageMaker serves it")

    def keep_documents(self, predictions: Iterable[Prediction]) -> Kept:
        for prediction in predictions:
            if prediction.document is not None:
                name = prediction.document_key.removeprefix(PREDICTIONS).rpartition("/")[2]
                text = json.dumps(prediction.document.answer, indent=2, ensure_ascii=False)
                self._place(f"predictions/{name}").write_text(text + "\n")
        return Kept(self._folder / "predictions", "one JSON document per image")

    def _training(self, run: RunStatus) -> Iterator[Kept]:
        """Loss curves, interpretation and figures of the training."""
        prefix = f"runs/{run.run}/{TRAINING}"
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        for row in [row for page in pages for row in page.get("Contents", [])]:
            name = row["Key"].removeprefix(prefix)
            if not name.startswith(NOT_TAKEN):
                yield from self._copied(row["Key"], TRAINING + name, MEANINGS.get(name, ""))

    def _copied(self, key: str, name: str, meaning: str) -> Iterator[Kept]:
        target = self._place(name)
        try:
            self._s3.download_file(self._bucket, key, str(target))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in ("404", "NoSuchKey"):
                raise
            return
        yield Kept(target, meaning)

    def _place(self, name: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


MEANINGS = {
    "gain.json": "what the search gained over the default values",
    "rules.json": "what the rules that watch the training say",
    "loss_curves.png": "loss of training and validation by epoch",
    "interpretation.md": "what the curves say, and what to change",
    "history.json": "loss and accuracy by epoch",
    "metrics.json": "the figures at the end",
    "test_predictions/part-00000.jsonl": "what training said of each test image",
}
