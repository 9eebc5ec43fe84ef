"""Endpoints: model containers that live until the endpoint is deleted or changed."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Sequence
from uuid import uuid4

from localcloud.sagemaker.containers.model_container import ModelContainer
from localcloud.sagemaker.endpoints import data_capture
from localcloud.sagemaker.endpoints.async_inference import Accepted, AsyncInference
from localcloud.sagemaker.endpoints.data_capture import DataCapture
from localcloud.sagemaker.endpoints.errors import model_error, not_found, refused
from localcloud.sagemaker.endpoints.fleet import Fleet, Variant
from localcloud.sagemaker.endpoints.invocation import Invocation, Invoked
from localcloud.sagemaker.endpoints.variants import settled
from localcloud.sagemaker.jobs.job import instance_id
from localcloud.sagemaker.region.errors import ApiError, Closing, JobFailed
from localcloud.sagemaker.region.kinds import ENDPOINT, ENDPOINT_CONFIG, MODEL
from localcloud.sagemaker.region.quota import instance_count
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.roles import model_role
from localcloud.sagemaker.region.shapes import Json

Change = Callable[[], None]
OK = 200


class Endpoint:
    """One endpoint's containers, and the threads that bring them up and take them down."""

    def __init__(self, region: Region, record: Record) -> None:
        self._region = region
        self.record = record
        self._fleet = Fleet()
        self._queue: AsyncInference | None = None
        self._capture: DataCapture | None = None
        self._changing = threading.Lock()

    def deploy(self, config: str, described: Sequence[Json], *, failed: str) -> None:
        """Brings the configuration up in the background; on failure the status is `failed`."""
        self._in_background(lambda: self._deploy(config, described, failed))

    def rescale(self) -> None:
        """Gives the variants what their record desires."""
        self._in_background(self._rescale)

    def delete(self) -> None:
        self._change(EndpointStatus="Deleting")
        threading.Thread(target=self._delete, daemon=True).start()

    def invoke(self, invocation: Invocation) -> Invoked:
        if self._queue:
            raise refused(f"Endpoint {self.record.name} is asynchronous: use InvokeEndpointAsync.")
        invoked = self._answer(invocation)
        if self._capture:
            self._capture.note(invocation, invoked)
        return invoked

    def accept(self, request: Json) -> Accepted:
        """Puts the request into the queue; its result comes later."""
        if not self._fleet:
            raise not_found(self.record.name, self._region.settings.account)
        if not self._queue:
            raise refused(f"Endpoint {self.record.name} is not asynchronous: use InvokeEndpoint.")
        return self._queue.accept(request)

    def close(self) -> None:
        with self._changing:
            if self._queue:
                self._queue.close()
            _take_down(self._fleet.replace([]))

    def _answer(self, invocation: Invocation) -> Invoked:
        if not self._fleet:
            raise not_found(self.record.name, self._region.settings.account)
        name = self.record.name
        with self._fleet.chosen(invocation.target_variant) as variant:
            try:
                answer = variant.container.invoke(
                    invocation.body, invocation.headers(), invocation.seconds
                )
            except (OSError, http.client.HTTPException) as error:
                raise model_error(name, variant.name, 500, str(error)) from error
        if answer.status != OK:
            text = answer.body.decode("utf-8", "replace")
            raise model_error(name, variant.name, answer.status, text)
        return Invoked(answer, variant.name)

    def _in_background(self, change: Change) -> None:
        self._region.events.announce(self.record)
        threading.Thread(target=change, daemon=True).start()

    def _deploy(self, config_name: str, described: Sequence[Json], failed: str) -> None:
        config = self._region.record(ENDPOINT_CONFIG, config_name).fields()
        started: list[Variant] = []
        try:
            with self._changing:
                for production, shown in zip(config["ProductionVariants"], described, strict=True):
                    started.append(self._start(production, shown["CurrentWeight"]))
                old = self._fleet.replace(started)
                if self._queue:
                    self._queue.drain()
                self._queue = self._new_queue(config, described)
                self._capture = self._new_capture(config)
                # Their requests are answered first: an update costs nobody an answer.
                for variant in old:
                    variant.in_flight.wait_for_none(self._region.closing)
                _take_down(old)
            self._change(
                EndpointStatus="InService",
                EndpointConfigName=config_name,
                ProductionVariants=list(described),
                **_settings_shown(config),
            )
        except Closing:
            return
        except (JobFailed, ApiError) as error:
            _take_down(started)
            self._change(EndpointStatus=failed, FailureReason=str(error)[:1024])

    def _start(self, production: Json, weight: float) -> Variant:
        name = production["VariantName"]
        model = self._region.record(MODEL, production["ModelName"]).fields()
        acting = self._acting(production)
        stream = f"{name}/{instance_id(self.record.name + name)}"
        log = acting.log(f"Endpoints/{self.record.name}", stream)
        folder = self._region.folder(ENDPOINT, f"{self.record.name}-{uuid4().hex[:8]}")
        container = ModelContainer(acting, model, log, folder, {})
        container.start()
        return Variant(name, weight, container)

    def _acting(self, production: Json) -> Region:
        """The region as the variant's model may use it."""
        return self._region.acting_as(
            model_role(production["ModelName"], self._region), self.record.arn
        )

    def _new_queue(self, config: Json, described: Sequence[Json]) -> AsyncInference | None:
        wanted = config.get("AsyncInferenceConfig")
        if not wanted:
            return None
        count = instance_count({"ProductionVariants": described})
        acting = self._acting(config["ProductionVariants"][0])
        return AsyncInference(acting, self.record.name, wanted, count, self._answer)

    def _new_capture(self, config: Json) -> DataCapture | None:
        wanted = config.get("DataCaptureConfig")
        if not wanted or not wanted.get("EnableCapture", True):
            return None
        acting = self._acting(config["ProductionVariants"][0])
        return DataCapture(acting.objects, self.record.name, wanted)

    def _rescale(self) -> None:
        reached = settled(self.record["ProductionVariants"])
        weights = {variant["VariantName"]: variant["CurrentWeight"] for variant in reached}
        with self._changing:
            self._fleet.reweigh(weights)
        self._change(EndpointStatus="InService", ProductionVariants=reached)

    def _delete(self) -> None:
        self.close()
        self._change(EndpointStatus="Deleted")
        self._region.records.remove(self.record)

    def _change(self, **changes: object) -> None:
        if not self._region.closing.is_set():
            self.record.update(**changes)
            self._region.events.announce(self.record)


def _take_down(variants: Sequence[Variant]) -> None:
    for variant in variants:
        variant.container.stop()


def _settings_shown(config: Json) -> Json:
    """What Describe shows of the configuration beside its variants; None is not shown."""
    capture = config.get("DataCaptureConfig")
    return {
        "AsyncInferenceConfig": config.get("AsyncInferenceConfig"),
        "DataCaptureConfig": data_capture.summary(capture) if capture else None,
    }
