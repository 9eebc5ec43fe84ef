"""Data capture: what went into an endpoint and came out of it, as JSON lines in S3."""

from __future__ import annotations

import base64
import json
import logging
import random
from datetime import UTC, datetime
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.sagemaker.endpoints.invocation import Invocation, Invoked
from localcloud.sagemaker.region.objects import Location, Objects
from localcloud.sagemaker.region.shapes import Json

SIDES = {"Input": {"INPUT"}, "Output": {"OUTPUT"}, "InputAndOutput": {"INPUT", "OUTPUT"}}
logger = logging.getLogger(__name__)


class DataCapture:
    """What one endpoint's configuration wants to be kept."""

    def __init__(self, objects: Objects, endpoint: str, config: Json) -> None:
        self._objects = objects
        self._folder = Location.parse(config["DestinationS3Uri"]) / endpoint
        self._percentage: int = config["InitialSamplingPercentage"]
        modes = [option["CaptureMode"] for option in config["CaptureOptions"]]
        self._sides = set().union(*(SIDES[mode] for mode in modes))
        self._spelled = config.get("CaptureContentTypeHeader", {})
        self._random = random.Random()  # noqa: S311

    def note(self, invocation: Invocation, invoked: Invoked) -> None:
        if self._random.uniform(0, 100) < self._percentage:
            self._write(invocation, invoked, datetime.now(UTC))

    def _write(self, invocation: Invocation, invoked: Invoked, time: datetime) -> None:
        line = {
            "captureData": self._captured(invocation, invoked),
            "eventMetadata": {
                "eventId": str(uuid4()),
                "inferenceTime": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
                **named("inferenceId", invocation.inference_id),
                **named("customAttributes", invocation.custom_attributes),
            },
            "eventVersion": "0",
        }
        name = f"{time:%M-%S}-{time.microsecond // 1000:03}-{uuid4()}.jsonl"
        target = self._folder / invoked.variant / f"{time:%Y/%m/%d/%H}" / name
        try:
            self._objects.write(target, f"{json.dumps(line)}\n".encode(), "application/jsonl")
        except (BotoCoreError, ClientError) as error:
            # An endpoint goes on answering when its captures have nowhere to go.
            logger.warning("a capture is lost: %s: %s", target, error)

    def _captured(self, invocation: Invocation, invoked: Invoked) -> Json:
        answer = invoked.answer
        sides = {
            "endpointInput": self._side("INPUT", invocation.content_type, invocation.body),
            "endpointOutput": self._side("OUTPUT", answer.content_type, answer.body),
        }
        return {name: side for name, side in sides.items() if side["mode"] in self._sides}

    def _side(self, mode: str, content_type: str, body: bytes) -> Json:
        encoding = self._encoding(content_type)
        text = base64.b64encode(body) if encoding == "BASE64" else body
        return {
            "observedContentType": content_type,
            "mode": mode,
            "data": text.decode("utf-8", "replace"),
            "encoding": encoding,
        }

    def _encoding(self, content_type: str) -> str:
        """Base64 unless the configuration lists the type as CSV or JSON."""
        plain = content_type.partition(";")[0].strip()
        for member, encoding in (("CsvContentTypes", "CSV"), ("JsonContentTypes", "JSON")):
            if plain in self._spelled.get(member, ()):
                return encoding
        return "BASE64"


def named(name: str, value: str) -> Json:
    return {name: value} if value else {}


def summary(config: Json) -> Json:
    """What DescribeEndpoint shows of the configuration."""
    return {
        "EnableCapture": config.get("EnableCapture", True),
        "CaptureStatus": "Started" if config.get("EnableCapture", True) else "Stopped",
        "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
        "DestinationS3Uri": config["DestinationS3Uri"],
        "KmsKeyId": config.get("KmsKeyId", ""),
    }
