"""Operations on endpoint configurations."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.api.endpoint_rules import check_config
from localcloud.sagemaker.region.defaults import filled
from localcloud.sagemaker.region.kinds import ENDPOINT_CONFIG
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members

SUMMARY = ("EndpointConfigName", "EndpointConfigArn", "CreationTime")


class EndpointConfigApi:
    def __init__(self, region: Region) -> None:
        self._region = region

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "CreateEndpointConfig": self.create,
            "DescribeEndpointConfig": self.describe,
            "DeleteEndpointConfig": self.delete,
            "ListEndpointConfigs": self.list_all,
        }

    def create(self, request: Json) -> Json:
        check_config(self._region, request)
        record = self._region.new_record(ENDPOINT_CONFIG, filled(ENDPOINT_CONFIG, request))
        self._region.records.add(record)
        self._region.events.announce(record)
        return {"EndpointConfigArn": record.arn}

    def describe(self, request: Json) -> Json:
        record = self._region.record(ENDPOINT_CONFIG, request["EndpointConfigName"])
        return answer_members(record.fields(), "DescribeEndpointConfig")

    def delete(self, request: Json) -> Json:
        record = self._region.record(ENDPOINT_CONFIG, request["EndpointConfigName"])
        self._region.records.remove(record)
        return {}

    def list_all(self, request: Json) -> Json:
        found = listing.selected(self._region.records.of(ENDPOINT_CONFIG), request)
        items = [listing.summary(fields, SUMMARY) for fields in found]
        return listing.page("EndpointConfigs", items, request)
