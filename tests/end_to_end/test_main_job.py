"""A zip in, a serving model out; images in, documents out: on the deployed package."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from safetensors.numpy import load

from tests.support.service import Service
from tests.support.stories import THIN, photos_in
from tests.support.waiting import eventually

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "prediction.schema.json").read_text(encoding="utf-8")
)
ODD_KEYS = ["red flower+1.jpg", "sub/folder/a.jpg", "дорога/собака.jpg", "100% dog%20.jpg", "b.out"]


@pytest.fixture(scope="module")
def early(service: Service, drawn: bytes) -> str:
    """An image that is dropped before any model serves."""
    service.put("images/early.jpg", next(iter(photos_in(drawn).values())))
    return "early.jpg"


@pytest.fixture(scope="module")
def run(service: Service, drawn: bytes, early: str) -> dict[str, Any]:
    service.upload(drawn, "dogs", **THIN)
    return service.run_in("dogs", "serving")


def test_a_zip_becomes_a_serving_model(run: dict[str, Any]) -> None:
    states = [moment["state"] for moment in run["timeline"]]

    assert states == ["preparing", "tuning", "training", "evaluating", "serving"]
    assert set(run["jobs"]) == {"preparation", "tuning", "training", "evaluation", "model"}
    assert run["dataset"]["counts"] == {"train": 21, "valid": 12, "test": 12}
    assert set(run["metrics"]) == {
        "test_accuracy",
        "test_loss",
        "validation_accuracy",
        "validation_loss",
    }
    assert set(run["hyperparameters"]) == {
        "lr",
        "batch-size",
        "weight-decay",
        "eps",
        "dropout",
        "hidden-units",
    }


def test_the_training_uses_the_best_trial(service: Service, run: dict[str, Any]) -> None:
    sagemaker = service.client("sagemaker")

    tuning = sagemaker.describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=run["jobs"]["tuning"]
    )
    training = sagemaker.describe_training_job(TrainingJobName=run["jobs"]["training"])

    tuned = tuning["BestTrainingJob"]["TunedHyperParameters"]
    assert {name: training["HyperParameters"][name] for name in tuned} == tuned


def test_all_of_the_search_is_kept_and_handed_to_the_training(
    service: Service, run: dict[str, Any]
) -> None:
    search = service.json(f"runs/{run['run']}/tuning/trials.json")
    training = service.client("sagemaker").describe_training_job(
        TrainingJobName=run["jobs"]["training"]
    )

    assert search is not None
    best = next(trial for trial in search["trials"] if trial["name"] == search["best"])
    assert (best["name"], best["objective"]) == tuple(run["best_trial"].values())
    assert min(best["epochs"]) == pytest.approx(best["objective"])
    assert all(trial["seconds"] > 0 for trial in search["trials"])
    channels = {each["ChannelName"]: each for each in training["InputDataConfig"]}
    folder = channels["search"]["DataSource"]["S3DataSource"]["S3Uri"].rpartition("runs/")[2]
    assert service.read(f"runs/{folder}model.tar.gz")


def test_the_serving_path_says_what_training_said(service: Service, run: dict[str, Any]) -> None:
    evaluation = service.json(f"runs/{run['run']}/evaluation.json")

    assert evaluation is not None
    assert evaluation["parity"]["passed"]
    assert evaluation["parity"]["compared"] == run["dataset"]["counts"]["test"]
    assert evaluation["accuracy"] == run["metrics"]["test_accuracy"]


def test_the_artifact_is_complete(service: Service, run: dict[str, Any]) -> None:
    key = run["model"]["artifact"].removeprefix(f"s3://{service.bucket}/")

    with tarfile.open(fileobj=io.BytesIO(service.read(key) or b"")) as archive:
        names = {name.removeprefix("./") for name in archive.getnames()}

    assert {"model.json", "model.onnx", "code/inference.py"} <= names
    assert not [name for name in names if name.endswith(".safetensors")]


def test_the_torch_weights_lie_beside_the_artifact(service: Service, run: dict[str, Any]) -> None:
    weights = load(service.read(f"runs/{run['run']}/weights/weights.safetensors") or b"")

    assert {name.partition(".")[0] for name in weights} == {"backbone", "head"}


def test_an_image_that_came_before_the_model_is_predicted(
    service: Service, run: dict[str, Any], early: str
) -> None:
    document = service.document(early)

    assert document["predictions"]
    assert document["model"] == {
        "run": run["run"],
        "version": run["model"]["version"],
        "digest": run["model"]["digest"],
    }


def test_every_image_gets_its_document_whatever_its_key_or_content(
    service: Service, run: dict[str, Any], drawn: bytes
) -> None:
    photos = list(photos_in(drawn).values())
    dropped = dict(zip(ODD_KEYS, photos, strict=False))
    broken = {"text.jpg": b"no picture", "cut.jpg": photos[0][:500], "empty.png": b""}
    for key, body in {**dropped, **broken, "a folder/": b""}.items():
        service.put(f"images/{key}", body)

    documents = {key: service.document(key) for key in [*dropped, *broken]}

    for key, document in documents.items():
        jsonschema.validate(document, SCHEMA)
        assert document["image"]["key"] == f"images/{key}"
    assert all(documents[key]["predictions"] for key in dropped)
    assert {documents[key]["decision"] for key in broken} == {"unreadable"}
    assert service.read("predictions/a folder/.json") is None


def test_an_overwritten_image_ends_with_the_document_of_its_newest_version(
    service: Service, run: dict[str, Any], drawn: bytes
) -> None:
    first, second = list(photos_in(drawn).values())[:2]

    service.put("images/twice.jpg", first)
    service.put("images/twice.jpg", second)
    etag = service.client("s3").head_object(Bucket=service.bucket, Key="images/twice.jpg")["ETag"]

    assert eventually(
        lambda: service.json("predictions/twice.jpg.json"),
        lambda document: document["image"]["etag"] == etag.strip('"'),
        within=60,
    )


def test_an_image_deleted_before_it_is_read_keeps_no_other_from_its_document(
    service: Service, run: dict[str, Any], drawn: bytes
) -> None:
    photo = next(iter(photos_in(drawn).values()))
    s3 = service.client("s3")
    put = s3.put_object(Bucket=service.bucket, Key="images/gone.jpg", Body=photo)
    service.put("images/stays.jpg", photo)
    s3.delete_object(Bucket=service.bucket, Key="images/gone.jpg", VersionId=put["VersionId"])

    assert service.document("stays.jpg")["predictions"]
    eventually(lambda: service.api.health().waiting == 0)
    assert service.read("predictions/gone.jpg.json") is None


def test_what_becomes_of_an_image_is_told_by_its_key_from_the_start(
    service: Service, run: dict[str, Any], drawn: bytes
) -> None:
    key = "images/asked for/ö+1.jpg"
    service.put(key, next(iter(photos_in(drawn).values())))

    known = eventually(lambda: service.image(key), within=60)
    found = eventually(lambda: service.image(key), lambda image: image["document"], within=60)

    assert known["state"] in {"waiting", "in_batch"}
    assert found["document"] == service.document("asked for/ö+1.jpg")
