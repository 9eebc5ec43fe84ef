"""Operations on models."""

from __future__ import annotations

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.kinds import MODEL
from localcloud.sagemaker.region.objects import Location
from localcloud.sagemaker.region.records import Record, refuse_reserved_tags, tag_map
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members


class ModelApi:
    def __init__(self, region: Region) -> None:
        self._region = region

    def create_model(self, request: Json) -> Json:
        container = request.get("PrimaryContainer")
        if container is None or request.get("Containers"):
            raise unsupported("models of several containers", "use PrimaryContainer")
        self._check_data(container)
        refuse_reserved_tags(request.get("Tags", ()))
        name = request["ModelName"]
        fields = {"EnableNetworkIsolation": False, **request}
        fields.pop("Tags", None)
        record = Record(MODEL, name, self._region.arn(MODEL, name), fields)
        record.tags.update(tag_map(request.get("Tags")))
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

    def _check_data(self, container: Json) -> None:
        if container.get("ModelDataSource") or container.get("Mode") == "MultiModel":
            raise unsupported("ModelDataSource and MultiModel", "use ModelDataUrl")
        url = container.get("ModelDataUrl")
        if url and self._region.objects.size(Location.parse(url)) is None:
            raise invalid(f"Could not find model data at {url}.")
