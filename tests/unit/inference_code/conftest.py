"""What the tests of serving share: a model that serves, and images in S3 over real HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from inference_code.classifier import Classifier
from inference_code.decoders import Decoders
from inference_code.s3_reader import S3Reader
from inference_code.service import Service
from tests.support import hostile_decoding
from tests.support.image_buckets import ImageBucket
from tests.support.served_models import write_model

ServiceMaker = Callable[..., Service]
numbers = count()


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    write_model(folder)
    return folder


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str) -> ImageBucket:
    session = boto3.Session("test", "test", region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=endpoint)
    name = f"images-{next(numbers)}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return ImageBucket(s3, name)


@pytest.fixture
def serve(model: Path, bucket: ImageBucket) -> Iterator[ServiceMaker]:
    """Makes services over that bucket, whose decoder hangs and dies where it is told to."""
    made: list[Service] = []

    def make(*, limit_seconds: float = 20, request_seconds: float = 240) -> Service:
        classifier = Classifier.load(model)
        service = Service(
            classifier=classifier,
            decoders=Decoders(
                classifier.card.preprocessing,
                count=2,
                limit_seconds=limit_seconds,
                decode=hostile_decoding.decode,
            ),
            reader=S3Reader(lambda: bucket.s3),
            request_seconds=request_seconds,
        )
        made.append(service)
        return service

    yield make
    for service in made:
        service.close()
