"""The four functions, as SageMaker's toolkit calls them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sagemaker_inference.errors import GenericInferenceToolkitError

from inference_code import inference
from inference_code.references import CONTENT_TYPE
from inference_code.service import Service
from tests.support.image_buckets import ImageBucket
from tests.support.pictures import encoded, photo_like


@pytest.fixture
def service(model: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """In the environment of a model's container."""
    given = {
        "SAGEMAKER_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    service = inference.model_fn(str(model))
    yield service
    service.close()


def ask(service: Service, body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
    request = inference.input_fn(bytearray(body), content_type)
    return inference.output_fn(inference.predict_fn(request, service), accept)


def test_a_line_of_references_is_answered_by_a_line_for_each(
    service: Service, bucket: ImageBucket
) -> None:
    image = bucket.put("images/rex.jpg", encoded(photo_like(60, 40)))

    body, kind = ask(service, bucket.line(image, image), CONTENT_TYPE, "application/jsonlines")

    rows = [json.loads(line) for line in body.decode().split("\n")]
    assert kind == "application/jsonlines"
    assert [row["key"] for row in rows] == ["images/rex.jpg"] * 2
    assert [row["image"] for row in rows] == [{"width": 60, "height": 40, "format": "PNG"}] * 2


def test_an_image_is_answered_by_an_object(service: Service) -> None:
    body, kind = ask(service, encoded(photo_like(60, 40)), "image/png", "application/json")

    assert kind == "application/json"
    assert sum(json.loads(body)["probabilities"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("content_type", "accept", "status"),
    [
        (CONTENT_TYPE, "application/jsonlines", 400),
        ("application/x-npy", "application/json", 400),
        ("text/html", "application/json", 415),
        ("image/png", "image/png", 406),
    ],
)
def test_a_caller_s_mistake_has_a_status_of_its_own(
    service: Service, content_type: str, accept: str, status: int
) -> None:
    with pytest.raises(GenericInferenceToolkitError) as refusal:
        ask(service, b"nonsense", content_type, accept)

    assert refusal.value.status_code == status
    assert refusal.value.message == str(refusal.value.__cause__)
