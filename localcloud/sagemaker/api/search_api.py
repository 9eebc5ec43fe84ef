"""Search: resources of one kind by an expression over their properties."""

from __future__ import annotations

from collections.abc import Callable

from botocore.model import StructureShape

from localcloud.sagemaker.api import listing, search_filters
from localcloud.sagemaker.api.job_components import component_fields
from localcloud.sagemaker.api.search_properties import find
from localcloud.sagemaker.api.tag_api import listed
from localcloud.sagemaker.api.trial_api import trial_fields
from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.kinds import (
    ENDPOINT,
    EXPERIMENT,
    MODEL_PACKAGE,
    MODEL_PACKAGE_GROUP,
    TRAINING,
    TRIAL,
    TRIAL_COMPONENT,
    TUNING,
    Kind,
)
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, declared_members, service_model

SEARCHED: dict[str, Kind] = {
    "TrainingJob": TRAINING,
    "HyperParameterTuningJob": TUNING,
    "Endpoint": ENDPOINT,
    "ModelPackage": MODEL_PACKAGE,
    "ModelPackageGroup": MODEL_PACKAGE_GROUP,
    "Experiment": EXPERIMENT,
    "ExperimentTrial": TRIAL,
    "ExperimentTrialComponent": TRIAL_COMPONENT,
}
# What an account of this cloud never has: searching finds nothing, as in an account without.
NEVER_THERE = {"Pipeline", "PipelineExecution", "PipelineVersion", "FeatureGroup", "ModelCard"}
NEVER_THERE |= {"FeatureMetadata", "Project", "Image", "ImageVersion"}
# What is not in the record itself but found by it.
FIELDS = {TRIAL: trial_fields, TRIAL_COMPONENT: component_fields}


class SearchApi:
    def __init__(self, region: Region) -> None:
        self._region = region

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "Search": self.search,
        }

    def search(self, request: Json) -> Json:
        resource = request["Resource"]
        if resource in NEVER_THERE or request.get("CrossAccountFilterOption") == "CrossAccount":
            return _hits(listing.page("Results", [], request), 0)
        if resource not in SEARCHED:
            raise unsupported(f"searching for {resource}", "use its List operation")
        member = resource.removeprefix("Experiment") or resource  # they are called Trial there
        shape = _record_shape(member)
        if expression := request.get("SearchExpression"):
            search_filters.check(shape, expression)
        found = [
            document
            for record in self._region.records.of(SEARCHED[resource])
            if visible(document := self._searchable(record, shape), request)
            and (not expression or search_filters.satisfied(shape, document, expression))
        ]
        results = [{member: document} for document in _in_order(shape, found, request)]
        return _hits(listing.page("Results", results, request), len(results))

    def _searchable(self, record: Record, shape: StructureShape) -> Json:
        """The resource as SearchRecord declares it, with its tags."""
        look = FIELDS.get(record.kind)
        fields = look(self._region, record) if look else record.fields()
        return declared_members({**fields, "Tags": listed(record.tags)}, shape)


def _record_shape(resource: str) -> StructureShape:
    records = service_model().shape_for("SearchRecord")
    shape = records.members[resource] if isinstance(records, StructureShape) else None
    assert isinstance(shape, StructureShape)
    return shape


def _hits(page: Json, count: int) -> Json:
    return {**page, "TotalHits": {"Value": count, "Relation": "EqualTo"}}


def visible(document: Json, request: Json) -> bool:
    tags = {f"Tags.{tag['Key']}": tag["Value"] for tag in document["Tags"]}
    wanted = {item["Key"]: item["Value"] for item in request.get("VisibilityConditions", ())}
    return all(tags.get(key, value) == value for key, value in wanted.items())


def _in_order(shape: StructureShape, found: list[Json], request: Json) -> list[Json]:
    by = request.get("SortBy")
    if by is None:
        by = "LastModifiedTime" if "LastModifiedTime" in shape.members else "CreationTime"
    if find(shape, {}, by).type_name == "collection":
        raise invalid(f"{by} is no property to sort by.")
    descending = request.get("SortOrder", "Descending") == "Descending"
    keyed = [(find(shape, document, by).values, document) for document in found]
    known = [(values[0], document) for values, document in keyed if values]
    known.sort(key=lambda pair: (isinstance(pair[0], str), pair[0]), reverse=descending)
    # What lacks the property comes last in either order.
    lacking = [document for values, document in keyed if not values]
    return [document for _, document in known] + lacking
