"""The main job from end to end, as a person would do it by hand, told while it happens."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.clients import s3
from cli.connection import progress_reader, runs_api
from cli.demo_dataset import DemoDataset, DemoImage
from cli.demo_results import Kept, Results
from cli.follow import follow
from cli.follow_view import outcome
from cli.image_drop import ImageDrop, LocalImage, all_predictions
from cli.mistakes import Mistake
from cli.prediction import Prediction, prediction_table
from cli.run_start import run_ids, wait_for_run
from cli.run_status import RunStatus, percent, span
from cli.terminal import line, say, table
from cli.upload import checked_upload
from cli.upload_progress import send_with_progress
from cli.weights import checked_weights

if TYPE_CHECKING:
    from rich.console import Console

    from cli.deployment import Deployment

DOCUMENTS_SECONDS = 300
FOLDER = "demo"


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What is shown, on which deployment, and where its results are kept."""

    deployment: Deployment
    dataset: DemoDataset
    images: Sequence[DemoImage]
    weights: Path | None
    folder: Path
    console: Console

    def play(self) -> None:
        """Raises a `Mistake` that says what did not work; returns if all of it did."""
        began = time.monotonic()
        results = Results(s3(), self.deployment.bucket, self.folder)
        run = self._train()
        kept = list(results.keep(run))
        if not run.ended_well:
            self._name(kept)
            raise Mistake(f"{outcome(run)}.")
        predictions = self._predict()
        kept.append(results.keep_documents(predictions))
        self.console.print(prediction_table(self.console, predictions))
        self._name(kept)
        self._sum_up(run, predictions, time.monotonic() - began)
        _judge(predictions)

    def _train(self) -> RunStatus:
        bucket, api = self.deployment.bucket, runs_api(self.deployment)
        if self.weights is not None:
            weights = checked_weights(self.weights, None)
            self._tell(f"uploading {weights.file} as {weights.key}")
            weights.send(s3(), bucket, lambda _: None)
        settings = [f"{name}={value}" for name, value in self.dataset.settings.items()]
        upload = checked_upload(self.dataset.zip, name=None, settings=None, changes=settings)
        before = run_ids(api)
        self._tell(f"data set {self.dataset.zip} with {' '.join(settings)}")
        send_with_progress(upload, s3(), bucket)
        run = wait_for_run(api, upload.key, before)
        return follow(progress_reader(api), run, self.console).run

    def _predict(self) -> list[Prediction]:
        self._tell(f"dropping {len(self.images)} images, two of them broken")
        drop = ImageDrop(s3(), self.deployment.bucket, FOLDER)
        files = [LocalImage(image.path, image.path.name) for image in self.images]
        dropped = drop.send(files)
        found = all_predictions(dropped, drop.documents(dropped, DOCUMENTS_SECONDS))
        return [_expecting(p, image) for p, image in zip(found, self.images, strict=True)]

    def _name(self, kept: Sequence[Kept]) -> None:
        rows = [(str(file.path), file.meaning) for file in kept]
        self.console.print(table(self.console, ("~file", "what it is"), rows))

    def _sum_up(self, run: RunStatus, predictions: Sequence[Prediction], seconds: float) -> None:
        good = [prediction for prediction in predictions if prediction.expected]
        right = sum(prediction.is_right for prediction in good)
        self._tell(
            f"model v{run.version} serves: test accuracy "
            f"{percent(run.metrics.get('test_accuracy'))}, {right} of {len(good)} dropped images "
            f"named right, {span(seconds)} after the local cloud was up"
        )

    def _tell(self, text: str) -> None:
        if self.console.is_terminal:
            self.console.print(line(("› ", "bold cyan"), text))
        else:
            say(self.console, text)


def _expecting(prediction: Prediction, image: DemoImage) -> Prediction:
    return Prediction(
        image=image.path.name,
        document_key=prediction.document_key,
        document=prediction.document,
        expected=image.expected,
    )


def _judge(predictions: Sequence[Prediction]) -> None:
    missing = [p.image for p in predictions if p.document is None]
    if missing:
        raise Mistake(f"No document came for {', '.join(missing)}: `kennel runs` and its logs.")
    wrong = [p.image for p in predictions if p.expected is None and not _is_unreadable(p)]
    wrong += [p.image for p in predictions if p.expected is not None and _is_unreadable(p)]
    if wrong:
        raise Mistake(f"Readable or not was told wrongly of {', '.join(wrong)}: see the documents.")


def _is_unreadable(prediction: Prediction) -> bool:
    return prediction.document is not None and prediction.document.decision == "unreadable"
