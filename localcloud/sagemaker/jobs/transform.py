"""Transform jobs: every object of the input through the model container, one `.out` per object."""

from __future__ import annotations

import http.client
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

from localcloud.sagemaker.containers.model_container import Answer, ModelContainer
from localcloud.sagemaker.jobs.job import Job, instance_id
from localcloud.sagemaker.jobs.transform_records import payloads
from localcloud.sagemaker.region.errors import Closing, JobFailed
from localcloud.sagemaker.region.kinds import MODEL, TRANSFORM
from localcloud.sagemaker.region.logs import LogStream
from localcloud.sagemaker.region.objects import Location, Source
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

MEGABYTE = 1 << 20
HTTP_OK, HTTP_SERVER_ERROR = 200, 500
SEE_LOGS = "See job logs for more information"


class ObjectFailed(Exception):
    """This object gets no output; the others go on."""

    def __init__(self, fault: str, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class TransformJob(Job):
    kind = TRANSFORM

    def __init__(self, region: Region, record: Record) -> None:
        super().__init__(region, record)
        request = self.request = record.fields()
        client = request.get("ModelClientConfig", {})
        self._timeout = client.get("InvocationsTimeoutInSeconds", 600)
        self._retries = client.get("InvocationsMaxRetries", 3)
        self._max_bytes = request["MaxPayloadInMB"] * MEGABYTE
        self._cut_off: list[Callable[[], None]] = []

    def work(self) -> None:
        stream = f"{self.record.name}/{instance_id(self.record.name)}"
        data_log = self.region.log("TransformJobs", f"{stream}/data-log")
        container = self._container(self.region.log("TransformJobs", stream))
        self._cut_off.append(container.cut_off)
        try:
            container.start()
            self.change(TransformStartTime=time.time())
            faults = self._transform_all(container, data_log)
        finally:
            container.stop()
            data_log.close()
        self._end(faults)

    def request_stop(self) -> None:
        super().request_stop()
        # A model may think for ten minutes about an object: nobody waits for that any more.
        for cut_off in self._cut_off:
            cut_off()

    def closing_times(self) -> Json:
        return {"TransformEndTime": time.time()}

    def _container(self, log: LogStream) -> ModelContainer:
        model = self.region.record(MODEL, self.request["ModelName"]).fields()
        asked = self.record.get("AskedFor", {})
        environment = {
            "SAGEMAKER_BATCH": "true",
            **{f"SAGEMAKER_{name}": str(value) for name, value in asked.items()},
            **self.request.get("Environment", {}),
        }
        return ModelContainer(self.region, model, log, self.folder, environment)

    def _transform_all(self, container: ModelContainer, data_log: LogStream) -> list[str]:
        source = self.request["TransformInput"]["DataSource"]["S3DataSource"]
        sources = self.region.objects.sources(source["S3DataType"], source["S3Uri"])
        keys = _output_names(sources, source["S3Uri"])
        workers = max(1, self.request["MaxConcurrentTransforms"])

        def one(pair: tuple[Source, str]) -> str:
            return self._transform(pair[0], pair[1], container, data_log)

        with ThreadPoolExecutor(workers, thread_name_prefix=self.record.name) as pool:
            return [fault for fault in pool.map(one, zip(sources, keys, strict=True)) if fault]

    def _transform(
        self, source: Source, name: str, container: ModelContainer, data_log: LogStream
    ) -> str:
        """Handles one object; returns whose fault it is if there is no output."""
        if self.region.closing.is_set():
            raise Closing
        if self.stop_requested.is_set():
            return ""
        try:
            answers = [self._ask(payload, container) for payload in self._payloads(source)]
        except ObjectFailed as failure:
            location = source.location
            data_log.write(
                f"{_iso_now()}:[sagemaker logs]: {location.bucket}/{location.key}: {failure}"
            )
            return failure.fault
        self._write(name, answers)
        return ""

    def _payloads(self, source: Source) -> Iterator[bytes]:
        config = self.request["TransformInput"]
        try:
            body = self.region.objects.read(source.location)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise ObjectFailed("ClientError", f"ClientError: {code}") from error
        for payload in payloads(body, config, self.request["BatchStrategy"], self._max_bytes):
            if self._max_bytes and len(payload) > self._max_bytes:
                limit = self.request["MaxPayloadInMB"]
                message = f"Record of {len(payload)} bytes exceeds MaxPayloadInMB={limit}"
                raise ObjectFailed("ClientError", f"ClientError: {message}")
            yield payload

    def _ask(self, payload: bytes, container: ModelContainer) -> bytes:
        """Repeats what went wrong on the server's side, as often as the request allows."""
        headers = {
            "Content-Type": self.request["TransformInput"].get("ContentType", ""),
            "Accept": self.request["TransformOutput"].get("Accept", ""),
        }
        headers = {name: value for name, value in headers.items() if value}
        answer = self._attempt(payload, headers, container)
        # Only what the server may do better next time: a client error stays one.
        for _ in range(self._retries):
            if answer is not None and answer.status < HTTP_SERVER_ERROR:
                break
            answer = self._attempt(payload, headers, container)
        if answer is None:
            raise ObjectFailed("AlgorithmError", "Unable to get response from algorithm")
        if answer.status != HTTP_OK:
            fault = "AlgorithmError" if answer.status >= HTTP_SERVER_ERROR else "ClientError"
            message = f"Bad HTTP status received from algorithm: {answer.status}"
            raise ObjectFailed(fault, message)
        return answer.body

    def _attempt(
        self, payload: bytes, headers: dict[str, str], container: ModelContainer
    ) -> Answer | None:
        try:
            return container.invoke(payload, headers, self._timeout)
        except (OSError, http.client.HTTPException):
            return None

    def _write(self, name: str, answers: Sequence[bytes]) -> None:
        output = self.request["TransformOutput"]
        separator = b"\n" if output.get("AssembleWith") == "Line" else b""
        target = Location.parse(output["S3OutputPath"]) / f"{name}.out"
        body = separator.join(answers)
        self.region.objects.write(target, body, output.get("Accept", ""))

    def _end(self, faults: list[str]) -> None:
        if self.stop_requested.is_set():
            self.finish("Stopped")
        elif faults:
            fault, _ = Counter(faults).most_common(1)[0]
            raise JobFailed(f"{fault}: {SEE_LOGS}")
        else:
            self.finish("Completed")


def _output_names(sources: Sequence[Source], uri: str) -> list[str]:
    """Where outputs go below S3OutputPath, as documented: <input's folder>/<base name>.

    That layout drops the folders in between. Where two objects would share a name, all keep
    their folders instead, so that no output is lost.
    """
    short = [_documented_name(source, uri) for source in sources]
    if len(set(short)) == len(short):
        return short
    return [f"{_parent_folder(source)}{source.name}" for source in sources]


def _documented_name(source: Source, uri: str) -> str:
    base = source.location.key.rpartition("/")[2]
    if str(source.location) == uri:  # the "prefix" is one object: its output lies at the top
        return base
    return f"{_parent_folder(source)}{base}"


def _parent_folder(source: Source) -> str:
    """The last folder of the input's prefix, with its slash; empty at the bucket's root."""
    prefix = source.location.key.removesuffix(source.name).rstrip("/")
    folder = prefix.rpartition("/")[2]
    return f"{folder}/" if folder else ""


def _iso_now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
