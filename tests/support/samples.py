"""Samples that tests begin with: settings, uploads, runs in each state, dropped images."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pipeline.events import DatasetUploaded, ImageDropped
from pipeline.images import Champion, WaitingImage
from pipeline.names import RunId
from pipeline.run import Dataset, Model, Moment, Run, State
from pipeline.run_settings import RunSettings
from pipeline.settings import Settings
from tests.fakes.surroundings import NOON

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
SETTINGS = Settings(
    service="kennel",
    stage="test",
    region="us-east-1",
    bucket="kennel-test-bucket",
    table="kennel-test-table",
    topic_arn="arn:aws:sns:us-east-1:123456789012:kennel-test",
    role_arn="arn:aws:iam::123456789012:role/kennel-test-jobs",
    dead_letters_url="https://sqs.us-east-1.amazonaws.com/123456789012/kennel-test-dead-letters",
    training_image=f"{REGISTRY}/pytorch-training:2.13-cpu",
    inference_image=f"{REGISTRY}/pytorch-inference:2.6-cpu",
    debugger_rules_image=f"{REGISTRY}/sagemaker-debugger-rules:latest",
)
CLASSES = ("Beagle", "Pug")
CHAMPION = Champion(
    run=RunId("championrn"), version=3, model_name="kennel-test-model-championrn", digest="c" * 64
)

PATH: tuple[State, ...] = ("preparing", "tuning", "training", "evaluating", "serving")
LAST_BEFORE: dict[State, State] = {
    "superseded": "serving",
    "declined": "evaluating",
    "failed": "training",
    "stopped": "tuning",
}
JOBS: dict[State, dict[str, str]] = {
    "preparing": {"preparation": "kennel-test-preparation-{run}"},
    "tuning": {"tuning": "kennel-test-tuning-{run}"},
    "training": {"training": "kennel-test-training-{run}"},
    "evaluating": {
        "model": "kennel-test-model-{run}",
        "evaluation": "kennel-test-evaluation-{run}",
    },
}


def upload(
    key: str = "datasets/dogs.zip", version: str = "v1", size: int = 1000
) -> DatasetUploaded:
    return DatasetUploaded(
        bucket=SETTINGS.bucket, key=key, size=size, etag="e" * 32, version=version, sequencer="01"
    )


def run_in(state: State, *, of: DatasetUploaded | None = None, **known: Any) -> Run:
    """A run as the steps leave it in `state`, with its jobs asked for."""
    uploaded = of or upload()
    identity: RunId = known.pop("id", uploaded.run)
    states = _states_up_to(state)
    start = Run(
        id=identity,
        upload=uploaded,
        settings=RunSettings(tuning_jobs=2, epochs=1),
        source="0" * 64,
        timeline=tuple(Moment(s, NOON - timedelta(hours=9 - n)) for n, s in enumerate(states)),
        told=len(states),
        dataset=Dataset(classes=CLASSES, counts={"train": 6, "valid": 2, "test": 2}, digest="d1"),
        jobs=_jobs(states, identity),
        model=Model(artifact=artifact_of(identity)) if "evaluating" in states else None,
    )
    return replace(start, **known)


def artifact_of(run: RunId) -> str:
    return f"s3://{SETTINGS.bucket}/runs/{run}/model/kennel-test-training-{run}/output/model.tar.gz"


def dropped(key: str = "images/rex.jpg", version: str = "v1", **given: Any) -> ImageDropped:
    known: dict[str, Any] = {"size": 900, "etag": "a" * 32, "sequencer": "01"}
    return ImageDropped(bucket=SETTINGS.bucket, key=key, version=version, **known | given)


def waiting(key: str = "images/rex.jpg", version: str | None = "v1", **given: Any) -> WaitingImage:
    known: dict[str, Any] = {"size": 900, "etag": "a" * 32, "sequencer": "01"}
    return WaitingImage(key=key, version=version, **known | given)


def dataset_zip() -> bytes:
    """A sound data set of two classes, as far as its directory shows."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in CLASSES:
            for number in range(20):
                archive.writestr(f"dogs/{name}/{number}.jpg", f"{name} {number} ".encode() * 9)
    return buffer.getvalue()


def _states_up_to(state: State) -> tuple[State, ...]:
    if state == "rejected":
        return ("rejected",)
    if state in PATH:
        return PATH[: PATH.index(state) + 1]
    return (*_states_up_to(LAST_BEFORE[state]), state)


def _jobs(states: tuple[State, ...], run: RunId) -> dict[str, str]:
    named = [job for state in states for job in JOBS.get(state, {}).items()]
    return {kind: name.format(run=run) for kind, name in named}
