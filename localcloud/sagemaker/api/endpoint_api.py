"""Operations on endpoints and their configurations."""

from __future__ import annotations

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.api.endpoint_rules import check_config
from localcloud.sagemaker.endpoints import variants
from localcloud.sagemaker.endpoints.endpoint import Endpoint
from localcloud.sagemaker.endpoints.endpoints import Endpoints
from localcloud.sagemaker.region.defaults import filled
from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.kinds import ENDPOINT, ENDPOINT_CONFIG, Kind
from localcloud.sagemaker.region.quota import instance_count
from localcloud.sagemaker.region.records import Record, refuse_reserved_tags, tag_map
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members

SETTLED = {"InService", "Failed", "OutOfService", "UpdateRollbackFailed"}
SUMMARY = ("EndpointName", "EndpointArn", "CreationTime", "LastModifiedTime", "EndpointStatus")
CONFIG_SUMMARY = ("EndpointConfigName", "EndpointConfigArn", "CreationTime")


class EndpointApi:
    def __init__(self, region: Region, endpoints: Endpoints) -> None:
        self._region = region
        self._endpoints = endpoints

    def create_endpoint_config(self, request: Json) -> Json:
        check_config(self._region, request)
        record = self._record(ENDPOINT_CONFIG, request)
        self._region.records.add(record)
        self._region.events.announce(record)
        return {"EndpointConfigArn": record.arn}

    def describe_endpoint_config(self, request: Json) -> Json:
        record = self._region.record(ENDPOINT_CONFIG, request["EndpointConfigName"])
        return answer_members(record.fields(), "DescribeEndpointConfig")

    def delete_endpoint_config(self, request: Json) -> Json:
        record = self._region.record(ENDPOINT_CONFIG, request["EndpointConfigName"])
        self._region.records.remove(record)
        return {}

    def list_endpoint_configs(self, request: Json) -> Json:
        return self._list(ENDPOINT_CONFIG, "EndpointConfigs", CONFIG_SUMMARY, request)

    def create_endpoint(self, request: Json) -> Json:
        refuse_deployment(request)
        config = self._region.record(ENDPOINT_CONFIG, request["EndpointConfigName"])
        described = [variants.described_variant(item) for item in config["ProductionVariants"]]
        state = {"EndpointStatus": "Creating", "ProductionVariants": described}
        record = self._record(ENDPOINT, {**request, **state})
        count = instance_count({"ProductionVariants": described})
        self._region.records.add(record, lambda: self._region.quotas.admit(ENDPOINT, count))
        endpoint = Endpoint(self._region, record)
        self._endpoints.add(endpoint)
        endpoint.deploy(config.name, described, failed="Failed")
        return {"EndpointArn": record.arn}

    def update_endpoint(self, request: Json) -> Json:
        record = self._settled(request["EndpointName"])
        config = self._region.record(ENDPOINT_CONFIG, request["EndpointConfigName"])
        refuse_deployment(request)
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

    def describe_endpoint(self, request: Json) -> Json:
        record = self._region.record(ENDPOINT, request["EndpointName"])
        fields = {member: value for member, value in record.fields().items() if value is not None}
        return answer_members(fields, "DescribeEndpoint")

    def delete_endpoint(self, request: Json) -> Json:
        record = self._settled(request["EndpointName"])
        self._endpoints.get(record.name).delete()
        return {}

    def list_endpoints(self, request: Json) -> Json:
        return self._list(ENDPOINT, "Endpoints", SUMMARY, request)

    def _settled(self, name: str) -> Record:
        record = self._region.record(ENDPOINT, name)
        if record.status not in SETTLED:
            raise invalid(f'Cannot update in-progress endpoint "{record.arn}".')
        return record

    def _record(self, kind: Kind, request: Json) -> Record:
        refuse_reserved_tags(request.get("Tags", ()))
        name = request[kind.name_member]
        fields = {m: value for m, value in filled(kind, request).items() if m != "Tags"}
        record = Record(kind, name, self._region.arn(kind, name), fields)
        record.tags.update(tag_map(request.get("Tags")))
        record.update()
        return record

    def _list(self, kind: Kind, member: str, shown: tuple[str, ...], request: Json) -> Json:
        found = listing.selected(self._region.records.of(kind), request)
        return listing.page(member, [listing.summary(f, shown) for f in found], request)


def refuse_deployment(request: Json) -> None:
    if "DeploymentConfig" in request:
        raise unsupported("DeploymentConfig", "leave it out: all traffic moves at once")
