"""Operations on tags of any resource."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.region.errors import invalid
from localcloud.sagemaker.region.records import Record, refuse_reserved_tags, tag_map
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

PAGE = 50


class TagApi:
    def __init__(self, region: Region) -> None:
        self._region = region

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "AddTags": self.add_tags,
            "ListTags": self.list_tags,
            "DeleteTags": self.delete_tags,
        }

    def add_tags(self, request: Json) -> Json:
        record = self._tagged(request["ResourceArn"])
        refuse_reserved_tags(request["Tags"])
        record.tags.update(tag_map(request["Tags"]))
        return {"Tags": listed(record.tags)}

    def list_tags(self, request: Json) -> Json:
        record = self._region.records.by_arn(request["ResourceArn"])
        return listing.page("Tags", listed(record.tags), {"MaxResults": PAGE, **request})

    def delete_tags(self, request: Json) -> Json:
        record = self._tagged(request["ResourceArn"])
        for key in request["TagKeys"]:
            record.tags.pop(key, None)
        return {}

    def _tagged(self, arn: str) -> Record:
        """The resource, if it has tags of its own that can be changed."""
        record = self._region.records.by_arn(arn)
        if "ModelPackageVersion" in record.fields():
            raise invalid(f"{arn} has the tags of its model package group: change those.")
        return record


def listed(tags: dict[str, str]) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
