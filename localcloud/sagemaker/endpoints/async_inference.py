"""Asynchronous inference: requests wait for a place at the container, results go to S3."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from botocore.exceptions import ClientError

from localcloud.sagemaker.endpoints.errors import refused
from localcloud.sagemaker.endpoints.invocation import Invocation, Invoked
from localcloud.sagemaker.region.errors import ApiError
from localcloud.sagemaker.region.objects import Location
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

Invoke = Callable[[Invocation], Invoked]
LONGEST_WAIT, LONGEST_ANSWER = 21_600, 900
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Accepted:
    """A request in the queue, with the places that its caller was told."""

    request: Json
    inference_id: str
    output: Location
    failure: Location | None
    received: float

    @property
    def expired(self) -> bool:
        allowed: int = self.request.get("RequestTTLSeconds", LONGEST_WAIT)
        return time.time() > self.received + allowed


class AsyncInference:
    """The queue of one endpoint."""

    def __init__(
        self, region: Region, endpoint: str, config: Json, instances: int, invoke: Invoke
    ) -> None:
        self._region = region
        self._endpoint = endpoint
        self._output: Json = config["OutputConfig"]
        self._invoke = invoke
        each = config.get("ClientConfig", {}).get("MaxConcurrentInvocationsPerInstance", 1)
        self._workers = ThreadPoolExecutor(max(1, instances) * each, thread_name_prefix=endpoint)

    def accept(self, request: Json) -> Accepted:
        if ("InputLocation" in request) == ("Body" in request):
            raise refused("Exactly one of InputLocation and Body must be given.")
        if not request.get("InputLocation", "s3://").startswith("s3://"):
            raise refused("The local cloud reads InputLocation from s3:// only.")
        inference_id = request.get("InferenceId") or str(uuid4())
        folder = Location.parse(self._output["S3OutputPath"])
        if extension := request.get("S3OutputPathExtension"):
            folder = folder / extension.strip("/")
        failures = self._output.get("S3FailurePath")
        accepted = Accepted(
            request=request,
            inference_id=inference_id,
            output=folder / request.get("Filename", f"{inference_id}.out"),
            failure=Location.parse(failures) / f"{inference_id}-error.out" if failures else None,
            received=time.time(),
        )
        self._workers.submit(self._perform, accepted)
        return accepted

    def drain(self) -> None:
        """What waits is still answered, but nothing more is accepted."""
        self._workers.shutdown(wait=False)

    def close(self) -> None:
        """Nothing more is taken from the queue."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _perform(self, accepted: Accepted) -> None:
        if self._region.closing.is_set():
            return
        try:
            self._answer(accepted)
        except ApiError as error:
            self._fail(accepted, "Failed", f"ClientError: {error.message}")
        except ClientError as error:
            self._fail(accepted, "Failed", f"ClientError: {error}")
        except Exception:
            # The queue's boundary: a defect of the engine must not end its worker unseen.
            logger.exception("an inference of %s failed inside the engine", self._endpoint)

    def _answer(self, accepted: Accepted) -> None:
        request = accepted.request
        if accepted.expired:
            self._fail(accepted, "Expired", "The request expired before it was processed.")
            return
        if uri := request.get("InputLocation"):
            request = {**request, "Body": self._region.objects.read(Location.parse(uri))}
        seconds = float(request.get("InvocationTimeoutSeconds", LONGEST_ANSWER))
        answer = self._invoke(Invocation.asked(request, seconds=seconds)).answer
        self._region.objects.write(accepted.output, answer.body, answer.content_type)
        told = {"contentType": answer.content_type, "outputLocation": str(accepted.output)}
        self._notify("SuccessTopic", accepted, "Completed", {"responseParameters": told})

    def _fail(self, accepted: Accepted, status: str, reason: str) -> None:
        logger.info("inference %s: %s", accepted.inference_id, reason)
        try:
            if accepted.failure:
                self._region.objects.write(accepted.failure, reason.encode(), "text/plain")
            self._notify("ErrorTopic", accepted, status, {"failureReason": reason})
        except ClientError as error:
            logger.warning("inference %s cannot be told of: %s", accepted.inference_id, error)

    def _notify(self, topic: str, accepted: Accepted, status: str, outcome: Json) -> None:
        arn = self._output.get("NotificationConfig", {}).get(topic)
        if not arn:
            return
        asked = {
            "contentType": accepted.request.get("ContentType"),
            "endpointName": self._endpoint,
            "inputLocation": accepted.request.get("InputLocation"),
        }
        message = {
            "awsRegion": self._region.settings.region,
            "eventTime": _moment(time.time()),
            "receivedTime": _moment(accepted.received),
            "invocationStatus": status,
            "requestParameters": {name: value for name, value in asked.items() if value},
            **outcome,
            "inferenceId": accepted.inference_id,
            "eventVersion": "1.0",
            "eventSource": "aws:sagemaker",
            "eventName": "InferenceResult",
        }
        self._region.notify(arn, json.dumps(message))


def _moment(seconds: float) -> str:
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
