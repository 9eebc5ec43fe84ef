"""An instance of a transform job: its container, and its share of the objects sent through it."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

from botocore.exceptions import ClientError

from localcloud.sagemaker.containers.model_container import Answer, ModelContainer
from localcloud.sagemaker.jobs.transform_records import payloads
from localcloud.sagemaker.region.errors import Closing
from localcloud.sagemaker.region.logs import LogStream
from localcloud.sagemaker.region.objects import Location, Source
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

MEGABYTE = 1 << 20
HTTP_OK, HTTP_SERVER_ERROR = 200, 500
Write = Callable[[Location, bytes], None]


class ObjectFailed(Exception):
    """This object gets no output; the others go on."""

    def __init__(self, fault: str, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True)
class Transformed:
    """An object and where its output goes."""

    source: Source
    target: Location


class TransformInstance:
    """Sends as many requests at once as the job's MaxConcurrentTransforms says."""

    def __init__(
        self,
        region: Region,
        request: Json,
        container: ModelContainer,
        data_log: LogStream,
        stop_requested: threading.Event,
    ) -> None:
        self.container = container
        self._region = region
        self._request = request
        self._data_log = data_log
        self._stop_requested = stop_requested
        client = request.get("ModelClientConfig", {})
        self._timeout = client.get("InvocationsTimeoutInSeconds", 600)
        self._retries = client.get("InvocationsMaxRetries", 3)
        self._max_bytes = request["MaxPayloadInMB"] * MEGABYTE

    def transform_all(self, share: Sequence[Transformed], write: Write) -> list[str]:
        """Whose fault it is, for each object that gets no output."""
        most = max(1, self._request["MaxConcurrentTransforms"])

        def one(transformed: Transformed) -> str:
            return self._transform(transformed, records, write)

        # Records wait in one line, hence an earlier object's go before a later one's: objects end
        # one after the other, and no place stays empty at the end of one.
        with ThreadPoolExecutor(most) as records, ThreadPoolExecutor(most) as objects:
            return [fault for fault in objects.map(one, share) if fault]

    def close(self) -> None:
        self.container.stop()
        self._data_log.close()

    def _transform(self, transformed: Transformed, records: Executor, write: Write) -> str:
        if self._region.closing.is_set():
            raise Closing
        if self._stop_requested.is_set():
            return ""
        location = transformed.source.location
        try:
            answers = self._answers(self._payloads(location), records)
            _write_to(transformed.target, self._assembled(answers), write)
        except ObjectFailed as failure:
            self._data_log.write(
                f"{_iso_now()}:[sagemaker logs]: {location.bucket}/{location.key}: {failure}"
            )
            return failure.fault
        return ""

    def _payloads(self, location: Location) -> list[bytes]:
        config = self._request["TransformInput"]
        try:
            body = self._region.objects.read(location)
        except ClientError as error:
            raise _refused(error) from error
        found = list(payloads(body, config, self._request["BatchStrategy"], self._max_bytes))
        longest = max(map(len, found), default=0)
        if self._max_bytes and longest > self._max_bytes:
            limit = self._request["MaxPayloadInMB"]
            message = f"Record of {longest} bytes exceeds MaxPayloadInMB={limit}"
            raise ObjectFailed("ClientError", f"ClientError: {message}")
        return found

    def _answers(self, bodies: Sequence[bytes], records: Executor) -> list[bytes]:
        asked = [records.submit(self._ask, body) for body in bodies]
        try:
            return [one.result() for one in asked]
        finally:
            for one in asked:  # after a record that failed nobody wants to know the others
                one.cancel()

    def _ask(self, payload: bytes) -> bytes:
        """Repeats what went wrong on the server's side, as often as the request allows."""
        answer = self._attempt(payload)
        # Only what the server may do better next time: a client error stays one.
        for _ in range(self._retries):
            if answer is not None and answer.status < HTTP_SERVER_ERROR:
                break
            answer = self._attempt(payload)
        if answer is None:
            raise ObjectFailed("AlgorithmError", "Unable to get response from algorithm")
        if answer.status != HTTP_OK:
            fault = "AlgorithmError" if answer.status >= HTTP_SERVER_ERROR else "ClientError"
            message = f"Bad HTTP status received from algorithm: {answer.status}"
            raise ObjectFailed(fault, message)
        return answer.body

    def _attempt(self, payload: bytes) -> Answer | None:
        try:
            return self.container.invoke(payload, self._headers(), self._timeout)
        except (OSError, http.client.HTTPException):
            return None

    def _headers(self) -> dict[str, str]:
        headers = {
            "Content-Type": self._request["TransformInput"].get("ContentType", ""),
            "Accept": self._request["TransformOutput"].get("Accept", ""),
        }
        return {name: value for name, value in headers.items() if value}

    def _assembled(self, answers: Sequence[bytes]) -> bytes:
        """`Line` puts a line's end after every record, also after the last and after its own."""
        ends = b"\n" if self._request["TransformOutput"].get("AssembleWith") == "Line" else b""
        return b"".join(answer + ends for answer in answers)


def _write_to(target: Location, body: bytes, write: Write) -> None:
    try:
        write(target, body)
    except ClientError as error:
        raise _refused(error) from error


def _refused(error: ClientError) -> ObjectFailed:
    return ObjectFailed("ClientError", f"ClientError: {error.response['Error']['Code']}")


def _iso_now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
