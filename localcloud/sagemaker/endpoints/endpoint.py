"""Endpoints: model containers that live until the endpoint is deleted or changed."""

from __future__ import annotations

import http.client
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from localcloud.sagemaker.containers.model_container import Answer, ModelContainer
from localcloud.sagemaker.jobs.job import instance_id
from localcloud.sagemaker.region.errors import ApiError, Closing, JobFailed
from localcloud.sagemaker.region.kinds import ENDPOINT, ENDPOINT_CONFIG, MODEL
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

INVOCATION_SECONDS = 60.0
OK, MODEL_ERROR = 200, 424


@dataclass(frozen=True)
class Variant:
    name: str
    weight: float
    container: ModelContainer


class Endpoint:
    """One endpoint's containers, and the threads that bring them up and take them down."""

    def __init__(self, region: Region, record: Record) -> None:
        self._region = region
        self.record = record
        self._variants: list[Variant] = []
        self._changing = threading.Lock()
        self._random = random.Random()  # noqa: S311

    def deploy(self, config: str, failed: str) -> None:
        """Brings the configuration up in the background; on failure the status is `failed`."""
        self._region.events.announce(self.record)
        work = threading.Thread(target=self._deploy, args=(config, failed), daemon=True)
        work.start()

    def delete(self) -> None:
        self._change(EndpointStatus="Deleting")
        threading.Thread(target=self._delete, daemon=True).start()

    def invoke(self, body: bytes, headers: Mapping[str, str]) -> tuple[Answer, str]:
        """The model's answer and the variant that gave it."""
        if not self._variants:
            raise not_found(self.record.name, self._region.settings.account)
        variant = self._choose(headers.get("X-Amzn-SageMaker-Target-Variant"))
        passed = {k: v for k in ("Content-Type", "Accept") if (v := headers.get(k))}
        try:
            answer = variant.container.invoke(body, passed, INVOCATION_SECONDS)
        except (OSError, http.client.HTTPException) as error:
            raise model_error(self.record, variant.name, 500, str(error)) from error
        if answer.status != OK:
            text = answer.body.decode("utf-8", "replace")
            raise model_error(self.record, variant.name, answer.status, text)
        return answer, variant.name

    def close(self) -> None:
        with self._changing:
            self._take_down(self._variants)
            self._variants = []

    def _choose(self, wanted: str | None) -> Variant:
        if wanted is None:
            weights = [variant.weight for variant in self._variants]
            return self._random.choices(self._variants, weights=weights)[0]
        for variant in self._variants:
            if variant.name == wanted:
                return variant
        raise ApiError("ValidationError", f"Variant {wanted} is not part of the endpoint.")

    def _deploy(self, config_name: str, failed: str) -> None:
        config = self._region.record(ENDPOINT_CONFIG, config_name).fields()
        started: list[Variant] = []
        try:
            with self._changing:
                for production in config["ProductionVariants"]:
                    started.append(self._start(production))  # noqa: PERF401 - kept if one fails
                old, self._variants = self._variants, started
                self._take_down(old)
            described = [described_variant(item) for item in config["ProductionVariants"]]
            self._change(
                EndpointStatus="InService",
                EndpointConfigName=config_name,
                ProductionVariants=described,
            )
        except Closing:
            return
        except (JobFailed, ApiError) as error:
            self._take_down(started)
            self._change(EndpointStatus=failed, FailureReason=str(error)[:1024])

    def _start(self, production: Json) -> Variant:
        name = production["VariantName"]
        model = self._region.record(MODEL, production["ModelName"]).fields()
        stream = f"{name}/{instance_id(self.record.name + name)}"
        log = self._region.log(f"Endpoints/{self.record.name}", stream)
        folder = self._region.folder(ENDPOINT, f"{self.record.name}-{uuid4().hex[:8]}")
        container = ModelContainer(self._region, model, log, folder, {})
        container.start()
        return Variant(name, float(production.get("InitialVariantWeight", 1.0)), container)

    def _take_down(self, variants: list[Variant]) -> None:
        for variant in variants:
            variant.container.stop()

    def _delete(self) -> None:
        self.close()
        self._change(EndpointStatus="Deleted")
        self._region.records.remove(self.record)

    def _change(self, **changes: object) -> None:
        if not self._region.closing.is_set():
            self.record.update(**changes)
            self._region.events.announce(self.record)


def described_variant(production: Json) -> Json:
    weight = float(production.get("InitialVariantWeight", 1.0))
    count = int(production.get("InitialInstanceCount", 1))
    described = {
        "VariantName": production["VariantName"],
        "CurrentWeight": weight,
        "DesiredWeight": weight,
    }
    if "ServerlessConfig" in production:
        return described | {"CurrentServerlessConfig": production["ServerlessConfig"]}
    return described | {"CurrentInstanceCount": count, "DesiredInstanceCount": count}


class ModelError(ApiError):
    """The model answered with an error; the caller gets it with its original status."""

    def __init__(self, message: str, *, original_status: int, original_message: str) -> None:
        super().__init__("ModelError", message, status=MODEL_ERROR)
        self.original_status = original_status
        self.original_message = original_message


def model_error(endpoint: Record, variant: str, status: int, text: str) -> ModelError:
    blame = "client" if status < 500 else "server"
    message = (
        f'Received {blame} error ({status}) from {variant} with message "{text}". See the log '
        f"group /aws/sagemaker/Endpoints/{endpoint.name} for more information."
    )
    return ModelError(message, original_status=status, original_message=text)


def not_found(name: str, account: str) -> ApiError:
    """The runtime's own error, which it gives for endpoints that are not up yet as well."""
    return ApiError("ValidationError", f"Endpoint {name} of account {account} not found.")


class Endpoints:
    """The endpoints at work, by name."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._endpoints: dict[str, Endpoint] = {}

    def add(self, endpoint: Endpoint) -> None:
        with self._lock:
            self._endpoints[endpoint.record.name] = endpoint

    def get(self, name: str) -> Endpoint:
        with self._lock:
            endpoint = self._endpoints.get(name)
        if endpoint is None or endpoint.record.status == "Deleted":
            raise not_found(name, self._account)
        return endpoint

    def close(self) -> None:
        with self._lock:
            endpoints = list(self._endpoints.values())
        for endpoint in endpoints:
            endpoint.close()
