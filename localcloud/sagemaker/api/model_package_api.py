"""Operations on model packages: versions within a group of the registry, and single ones."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.api.model_package_rules import (
    check_additional,
    check_package,
    with_etags,
)
from localcloud.sagemaker.region.errors import ApiError, invalid, unsupported
from localcloud.sagemaker.region.kinds import MODEL_PACKAGE, MODEL_PACKAGE_GROUP
from localcloud.sagemaker.region.records import Record, refuse_reserved_tags, tag_map
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members, names

OWN_FILTERS = ("ModelPackageGroupName", "ModelPackageType", "ModelApprovalStatus")
SUMMARY = names("""ModelPackageName ModelPackageGroupName ModelPackageVersion ModelPackageArn
    ModelPackageDescription CreationTime ModelPackageStatus ModelApprovalStatus ModelLifeCycle
    ModelPackageRegistrationType""")
BATCH_SUMMARY = names("""ModelPackageGroupName ModelPackageVersion ModelPackageArn
    ModelPackageDescription CreationTime InferenceSpecification ModelPackageStatus
    ModelApprovalStatus ModelPackageRegistrationType""")
REPLACED = names("""ModelApprovalStatus ApprovalDescription ModelPackageRegistrationType
    InferenceSpecification SourceUri ModelCard ModelLifeCycle""")
CREATED = {
    "ModelPackageStatus": "Completed",  # nothing is validated or scanned
    "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
    "CertifyForMarketplace": False,
    "CreatedBy": {},
    "LastModifiedBy": {},
}


class ModelPackageApi:
    def __init__(self, region: Region) -> None:
        self._region = region

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "CreateModelPackage": self.create,
            "DescribeModelPackage": self.describe,
            "BatchDescribeModelPackage": self.describe_many,
            "UpdateModelPackage": self.update,
            "DeleteModelPackage": self.delete,
            "ListModelPackages": self.list_all,
        }

    def create(self, request: Json) -> Json:
        check_package(request)
        if (earlier := self._made_by(request.get("ClientToken"))) is not None:
            return {"ModelPackageArn": earlier.arn}
        refuse_reserved_tags(request.get("Tags", ()))
        fields = {**CREATED, **request}
        fields.pop("Tags", None)
        if "InferenceSpecification" in request:
            fields["InferenceSpecification"] = self._with_etags(request["InferenceSpecification"])
        group_name = request.get("ModelPackageGroupName")
        record = self._version(group_name, fields) if group_name else self._single(fields)
        record.tags.update(tag_map(request.get("Tags")))
        record.update()
        self._region.records.add(record)
        self._region.events.announce(record)
        return {"ModelPackageArn": record.arn}

    def describe(self, request: Json) -> Json:
        record = self._region.named(MODEL_PACKAGE, request["ModelPackageName"])
        fields = record.fields()
        if request.get("IncludedData") == "MetadataOnly" and "ModelCard" in fields:
            raise unsupported("IncludedData MetadataOnly", "leave it out")
        return answer_members(fields, "DescribeModelPackage")

    def describe_many(self, request: Json) -> Json:
        summaries, errors = {}, {}
        for arn in request["ModelPackageArnList"]:
            try:
                fields = self._region.named(MODEL_PACKAGE, arn).fields()
                summaries[arn] = listing.summary(fields, BATCH_SUMMARY)
            except ApiError as error:
                errors[arn] = {"ErrorCode": error.code, "ErrorResponse": error.message}
        return {"ModelPackageSummaries": summaries, "BatchDescribeModelPackageErrorMap": errors}

    def update(self, request: Json) -> Json:
        record = self._region.named(MODEL_PACKAGE, request["ModelPackageArn"])
        if "ModelApprovalStatus" in request and "ModelPackageVersion" not in record.fields():
            raise invalid("ModelApprovalStatus can only be given to versioned model packages.")
        changes = {name: request[name] for name in REPLACED if name in request}
        if "InferenceSpecification" in changes:
            changes["InferenceSpecification"] = self._with_etags(changes["InferenceSpecification"])
        if (metadata := _changed_metadata(record, request)) is not None:
            changes["CustomerMetadataProperties"] = metadata
        if added := request.get("AdditionalInferenceSpecificationsToAdd"):
            member = "AdditionalInferenceSpecifications"
            changes[member] = check_additional([*record.get(member, []), *added])
        record.update(**changes)
        self._region.events.announce(record)
        return {"ModelPackageArn": record.arn}

    def delete(self, request: Json) -> Json:
        record = self._region.named(MODEL_PACKAGE, request["ModelPackageName"])
        self._region.records.remove(record)
        return {}

    def list_all(self, request: Json) -> Json:
        packages = self._region.records.of(MODEL_PACKAGE)
        if group_name := request.get("ModelPackageGroupName"):
            group = self._region.named(MODEL_PACKAGE_GROUP, group_name)
            packages = [p for p in packages if p.get("ModelPackageGroupName") == group.name]
        wanted = request.get("ModelPackageType", "Versioned" if group_name else "Unversioned")
        if wanted != "Both":
            packages = [p for p in packages if _is_version(p) == (wanted == "Versioned")]
        if approval := request.get("ModelApprovalStatus"):
            packages = [p for p in packages if p.get("ModelApprovalStatus") == approval]
        found = listing.selected(packages, {"SortOrder": "Ascending", **request}, OWN_FILTERS)
        summaries = [listing.summary(fields, SUMMARY) for fields in found]
        return listing.page("ModelPackageSummaryList", summaries, request)

    def _version(self, group_name: str, fields: Json) -> Record:
        group = self._region.named(MODEL_PACKAGE_GROUP, group_name)
        number = group.count("LatestVersion")  # numbers of deleted versions do not come again
        name = f"{group.name}/{number}"
        version = {
            "ModelApprovalStatus": "PendingManualApproval",
            **fields,
            "ModelPackageGroupName": group.name,
            "ModelPackageVersion": number,
        }
        record = Record(MODEL_PACKAGE, name, self._region.arn(MODEL_PACKAGE, name), version)
        record.tags = group.tags  # a version has the tags of its group, always
        return record

    def _single(self, fields: Json) -> Record:
        name = fields["ModelPackageName"]
        return Record(MODEL_PACKAGE, name, self._region.arn(MODEL_PACKAGE, name), fields)

    def _made_by(self, token: str | None) -> Record | None:
        """What the same request has made already, when a client repeats it."""
        packages = self._region.records.of(MODEL_PACKAGE) if token else []
        return next((p for p in packages if p.get("ClientToken") == token), None)

    def _with_etags(self, specification: Json) -> Json:
        return with_etags(specification, self._region.objects)


def _changed_metadata(record: Record, request: Json) -> Json | None:
    """The customer's own properties after the change; None when nothing changes them."""
    added = request.get("CustomerMetadataProperties", {})
    removed = set(request.get("CustomerMetadataPropertiesToRemove", ()))
    if not added and not removed:
        return None
    merged = {**record.get("CustomerMetadataProperties", {}), **added}
    return {key: value for key, value in merged.items() if key not in removed}


def _is_version(record: Record) -> bool:
    return "ModelPackageVersion" in record.fields()
