"""Data capture: requests and answers as JSON lines, in AWS's folders and encodings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.endpoints import config, served
from tests.support.sagemaker_engine import BUCKET, Cloud, new_name
from tests.support.waiting import eventually

CAPTURE = {
    "EnableCapture": True,
    "InitialSamplingPercentage": 100,
    "DestinationS3Uri": f"s3://{BUCKET}/captured",
    "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
    "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"]},
}


@pytest.fixture(scope="module")
def endpoint(cloud: Cloud) -> Iterator[str]:
    with served(cloud, config(cloud, DataCaptureConfig=CAPTURE)) as name:
        yield name


def captures(cloud: Cloud, endpoint: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (key, json.loads(line))
        for key in cloud.keys(f"captured/{endpoint}/")
        for line in cloud.get(key).splitlines()
    ]


def test_request_and_answer_are_captured(cloud: Cloud, endpoint: str) -> None:
    cloud.runtime.invoke_endpoint(
        EndpointName=endpoint, Body=b"rex", ContentType="text/csv", InferenceId="image-1"
    )

    [(key, line)] = eventually(lambda: captures(cloud, endpoint), len)
    assert re.fullmatch(
        rf"captured/{endpoint}/AllTraffic/\d{{4}}/\d\d/\d\d/\d\d/\d\d-\d\d-\d{{3}}-[0-9a-f-]{{36}}"
        r"\.jsonl",
        key,
    )
    assert line["captureData"]["endpointInput"] == {
        "observedContentType": "text/csv",
        "mode": "INPUT",
        "data": "rex",
        "encoding": "CSV",
    }
    assert line["captureData"]["endpointOutput"]["data"] == "cmV4IQ=="  # rex!
    assert line["captureData"]["endpointOutput"]["encoding"] == "BASE64"
    assert line["eventMetadata"]["inferenceId"] == "image-1"
    assert line["eventVersion"] == "0"


def test_errors_are_not_captured(cloud: Cloud, endpoint: str) -> None:
    before = len(captures(cloud, endpoint))

    with pytest.raises(ClientError, match="not an image"):
        cloud.runtime.invoke_endpoint(EndpointName=endpoint, Body=b"broken")

    assert len(captures(cloud, endpoint)) == before


def test_describe_shows_the_capture(cloud: Cloud, endpoint: str) -> None:
    shown = cloud.sagemaker.describe_endpoint(EndpointName=endpoint)["DataCaptureConfig"]

    assert shown == {
        "EnableCapture": True,
        "CaptureStatus": "Started",
        "CurrentSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{BUCKET}/captured",
        "KmsKeyId": "",
    }


def test_serverless_variants_capture_nothing(cloud: Cloud) -> None:
    serverless = {"MemorySizeInMB": 1024, "MaxConcurrency": 1}
    variant = {"VariantName": "a", "ModelName": cloud.model(""), "ServerlessConfig": serverless}

    with pytest.raises(ClientError, match="do not support DataCaptureConfig"):
        cloud.sagemaker.create_endpoint_config(
            EndpointConfigName=new_name("config"),
            ProductionVariants=[variant],
            DataCaptureConfig=CAPTURE,
        )
