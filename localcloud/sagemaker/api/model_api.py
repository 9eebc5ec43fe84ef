"""Operations on models."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.api.served_container import served_container
from localcloud.sagemaker.region.defaults import filled
from localcloud.sagemaker.region.kinds import MODEL
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members


class ModelApi:
    def __init__(self, region: Region) -> None:
        self._region = region

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "CreateModel": self.create_model,
            "DescribeModel": self.describe_model,
            "DeleteModel": self.delete_model,
            "ListModels": self.list_models,
        }

    def create_model(self, request: Json) -> Json:
        served = served_container(self._region, request)
        # Describe answers what was asked for; what runs may come from a model package.
        record = self._region.new_record(MODEL, filled(MODEL, request), ServedContainer=served)
        self._region.records.add(record)
        self._region.events.announce(record)
        return {"ModelArn": record.arn}

    def describe_model(self, request: Json) -> Json:
        fields = self._region.record(MODEL, request["ModelName"]).fields()
        return answer_members(fields, "DescribeModel")

    def delete_model(self, request: Json) -> Json:
        self._region.records.remove(self._region.record(MODEL, request["ModelName"]))
        return {}

    def list_models(self, request: Json) -> Json:
        found = listing.selected(self._region.records.of(MODEL), request)
        members = ("ModelName", "ModelArn", "CreationTime")
        return listing.page("Models", [listing.summary(f, members) for f in found], request)
