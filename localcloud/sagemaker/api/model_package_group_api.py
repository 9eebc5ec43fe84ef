"""Operations on model package groups: the model registry's shelves, one per kind of model."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.region.errors import ApiError, unsupported
from localcloud.sagemaker.region.kinds import MODEL_PACKAGE, MODEL_PACKAGE_GROUP
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members, names

SUMMARY = names("""ModelPackageGroupName ModelPackageGroupArn ModelPackageGroupDescription
    CreationTime ModelPackageGroupStatus""")


class ModelPackageGroupApi:
    def __init__(self, region: Region) -> None:
        self._region = region

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "CreateModelPackageGroup": self.create,
            "DescribeModelPackageGroup": self.describe,
            "DeleteModelPackageGroup": self.delete,
            "ListModelPackageGroups": self.list_all,
        }

    def create(self, request: Json) -> Json:
        if "ManagedConfiguration" in request:
            raise unsupported("ManagedConfiguration", "leave it out")
        record = self._region.new_record(
            MODEL_PACKAGE_GROUP, request, ModelPackageGroupStatus="Completed", CreatedBy={}
        )
        self._region.records.add(record)
        return {"ModelPackageGroupArn": record.arn}

    def describe(self, request: Json) -> Json:
        record = self._region.named(MODEL_PACKAGE_GROUP, request["ModelPackageGroupName"])
        return answer_members(record.fields(), "DescribeModelPackageGroup")

    def delete(self, request: Json) -> Json:
        record = self._region.named(MODEL_PACKAGE_GROUP, request["ModelPackageGroupName"])
        packages = self._region.records.of(MODEL_PACKAGE)
        if any(package.get(record.kind.name_member) == record.name for package in packages):
            message = (
                "Model Package Group cannot be deleted because it still contains Model Package"
            )
            raise ApiError("ConflictException", message)
        self._region.records.remove(record)
        return {}

    def list_all(self, request: Json) -> Json:
        if request.get("CrossAccountFilterOption") == "CrossAccount":
            return listing.page("ModelPackageGroupSummaryList", [], request)
        ordered = {"SortOrder": "Ascending", **request}
        groups = self._region.records.of(MODEL_PACKAGE_GROUP)
        found = listing.selected(groups, ordered, {"CrossAccountFilterOption"})
        summaries = [listing.summary(fields, SUMMARY) for fields in found]
        return listing.page("ModelPackageGroupSummaryList", summaries, request)
