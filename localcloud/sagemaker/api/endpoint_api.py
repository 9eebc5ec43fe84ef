"""Operations on endpoints and their configurations."""

from __future__ import annotations

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.endpoints.endpoint import Endpoint, Endpoints, described_variant
from localcloud.sagemaker.region.defaults import filled
from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.kinds import ENDPOINT, ENDPOINT_CONFIG, MODEL, Kind
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
        for member in ("AsyncInferenceConfig", "DataCaptureConfig", "ShadowProductionVariants"):
            if member in request:
                raise unsupported(member, "leave it out")
        for variant in request["ProductionVariants"]:
            if "ModelName" not in variant:
                raise unsupported("variants without a model", "give ModelName")
            model = self._region.record(MODEL, variant["ModelName"])
            if "ServerlessConfig" in variant and "ModelDataSource" in model["ServedContainer"]:
                raise invalid("Serverless variants do not support a ModelDataSource.")
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
        config = self._region.record(ENDPOINT_CONFIG, request["EndpointConfigName"])
        variants = [described_variant(item) for item in config["ProductionVariants"]]
        state = {"EndpointStatus": "Creating", "ProductionVariants": variants}
        record = self._record(ENDPOINT, {**request, **state})
        count = instance_count({"ProductionVariants": variants})
        self._region.records.add(record, lambda: self._region.quotas.admit(ENDPOINT, count))
        endpoint = Endpoint(self._region, record)
        self._endpoints.add(endpoint)
        endpoint.deploy(config.name, failed="Failed")
        return {"EndpointArn": record.arn}

    def update_endpoint(self, request: Json) -> Json:
        record = self._settled(request["EndpointName"])
        config = self._region.record(ENDPOINT_CONFIG, request["EndpointConfigName"])
        record.update(EndpointStatus="Updating")
        # A failed update leaves the old containers in service, as a rollback on AWS does.
        self._endpoints.get(record.name).deploy(config.name, failed="InService")
        return {"EndpointArn": record.arn}

    def describe_endpoint(self, request: Json) -> Json:
        record = self._region.record(ENDPOINT, request["EndpointName"])
        return answer_members(record.fields(), "DescribeEndpoint")

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
