"""Operations on endpoints."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.endpoints import variants
from localcloud.sagemaker.endpoints.endpoint import Endpoint
from localcloud.sagemaker.endpoints.endpoints import Endpoints
from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.kinds import ENDPOINT, ENDPOINT_CONFIG
from localcloud.sagemaker.region.quota import instance_count
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members

SETTLED = {"InService", "Failed", "OutOfService", "UpdateRollbackFailed"}
SUMMARY = ("EndpointName", "EndpointArn", "CreationTime", "LastModifiedTime", "EndpointStatus")


class EndpointApi:
    def __init__(self, region: Region, endpoints: Endpoints) -> None:
        self._region = region
        self._endpoints = endpoints

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "CreateEndpoint": self.create,
            "UpdateEndpoint": self.update,
            "UpdateEndpointWeightsAndCapacities": self.update_weights,
            "DescribeEndpoint": self.describe,
            "DeleteEndpoint": self.delete,
            "ListEndpoints": self.list_all,
        }

    def create(self, request: Json) -> Json:
        _refuse_deployment(request)
        config = self._region.record(ENDPOINT_CONFIG, request["EndpointConfigName"])
        described = [variants.described_variant(item) for item in config["ProductionVariants"]]
        record = self._region.new_record(
            ENDPOINT, request, EndpointStatus="Creating", ProductionVariants=described
        )
        count = instance_count({"ProductionVariants": described})
        self._region.records.add(record, lambda: self._region.quotas.admit(ENDPOINT, count))
        endpoint = Endpoint(self._region, record)
        self._endpoints.add(endpoint)
        endpoint.deploy(config.name, described, failed="Failed")
        return {"EndpointArn": record.arn}

    def update(self, request: Json) -> Json:
        record = self._settled(request["EndpointName"])
        config = self._region.record(ENDPOINT_CONFIG, request["EndpointConfigName"])
        _refuse_deployment(request)
        described = [variants.described_variant(item) for item in config["ProductionVariants"]]
        if request.get("RetainAllVariantProperties"):
            listed = request.get("ExcludeRetainedVariantProperties", ())
            excluded = {item["VariantPropertyType"] for item in listed}
            described = variants.retained(described, record["ProductionVariants"], excluded)
        record.update(EndpointStatus="Updating")
        # A failed update leaves the old containers in service, as a rollback on AWS does.
        self._endpoints.get(record.name).deploy(config.name, described, failed="InService")
        return {"EndpointArn": record.arn}

    def update_weights(self, request: Json) -> Json:
        record = self._settled(request["EndpointName"])
        if record.status != "InService":
            raise invalid(f'Endpoint "{record.arn}" is not in service.')
        old = record["ProductionVariants"]
        new = variants.rescaled(old, request["DesiredWeightsAndCapacities"])
        more = instance_count({"ProductionVariants": variants.settled(new)}) - instance_count(
            {"ProductionVariants": old}
        )
        if more > 0:
            self._region.quotas.admit(ENDPOINT, more)
        record.update(EndpointStatus="Updating", ProductionVariants=new)
        self._endpoints.get(record.name).rescale()
        return {"EndpointArn": record.arn}

    def describe(self, request: Json) -> Json:
        record = self._region.record(ENDPOINT, request["EndpointName"])
        fields = {member: value for member, value in record.fields().items() if value is not None}
        return answer_members(fields, "DescribeEndpoint")

    def delete(self, request: Json) -> Json:
        record = self._settled(request["EndpointName"])
        self._endpoints.get(record.name).delete()
        return {}

    def list_all(self, request: Json) -> Json:
        found = listing.selected(self._region.records.of(ENDPOINT), request)
        items = [listing.summary(fields, SUMMARY) for fields in found]
        return listing.page("Endpoints", items, request)

    def _settled(self, name: str) -> Record:
        record = self._region.record(ENDPOINT, name)
        if record.status not in SETTLED:
            raise invalid(f'Cannot update in-progress endpoint "{record.arn}".')
        return record


def _refuse_deployment(request: Json) -> None:
    if "DeploymentConfig" in request:
        raise unsupported("DeploymentConfig", "leave it out: all traffic moves at once")
