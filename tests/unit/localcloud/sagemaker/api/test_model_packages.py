"""The model registry: versions are numbered, approved, listed, found and announced."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.documented_events import assert_documented
from tests.support.model_packages import INSTANCES, group, specification, version
from tests.support.sagemaker_engine import ACCOUNT, REGION, Cloud, new_name
from tests.support.waiting import eventually

PREFIX = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package"


def described(cloud: Cloud, arn: str) -> dict[str, Any]:
    answer: dict[str, Any] = cloud.sagemaker.describe_model_package(ModelPackageName=arn)
    return answer


def test_versions_are_numbered_within_their_group(cloud: Cloud) -> None:
    name = group(cloud)

    arns = [version(cloud, name), version(cloud, name)]

    assert arns == [f"{PREFIX}/{name}/1", f"{PREFIX}/{name}/2"]
    second = described(cloud, arns[1])
    assert (second["ModelPackageGroupName"], second["ModelPackageVersion"]) == (name, 2)
    assert second["ModelPackageStatus"] == "Completed"
    assert second["ModelApprovalStatus"] == "PendingManualApproval"
    assert second["ModelPackageStatusDetails"]["ValidationStatuses"] == []


def test_a_deleted_version_s_number_does_not_come_again(cloud: Cloud) -> None:
    name = group(cloud)

    cloud.sagemaker.delete_model_package(ModelPackageName=version(cloud, name))

    assert version(cloud, name).endswith("/2")


def test_a_version_says_what_its_archive_was(cloud: Cloud) -> None:
    arn = version(cloud, group(cloud))

    container = described(cloud, arn)["InferenceSpecification"]["Containers"][0]

    key = container["ModelDataUrl"].removeprefix("s3://bucket/")
    etag = cloud.s3.head_object(Bucket="bucket", Key=key)["ETag"]
    assert container["ModelDataETag"] == etag.strip('"')


def test_approval_and_properties_can_be_changed(cloud: Cloud) -> None:
    arn = version(cloud, group(cloud), CustomerMetadataProperties={"a": "1", "b": "2"})

    cloud.sagemaker.update_model_package(
        ModelPackageArn=arn,
        ModelApprovalStatus="Approved",
        ApprovalDescription="seen by the breeder",
        CustomerMetadataProperties={"c": "3"},
        CustomerMetadataPropertiesToRemove=["a"],
    )

    answer = described(cloud, arn)
    assert answer["ModelApprovalStatus"] == "Approved"
    assert answer["ApprovalDescription"] == "seen by the breeder"
    assert answer["CustomerMetadataProperties"] == {"b": "2", "c": "3"}


def test_a_change_of_approval_is_announced(cloud: Cloud) -> None:
    name = group(cloud)
    with cloud.recorded_events(ModelPackageGroupName=name) as received:
        arn = version(
            cloud,
            name,
            ModelMetrics={
                "ModelQuality": {
                    "Statistics": {"ContentType": "application/json", "S3Uri": "s3://b/m.json"}
                }
            },
            MetadataProperties={"GeneratedBy": "kennel"},
        )
        cloud.sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Rejected")

        events = eventually(received, lambda found: len(found) == 2)

    assert [event["detail"]["ModelApprovalStatus"] for event in events] == [
        "PendingManualApproval",
        "Rejected",
    ]
    assert_documented(events[1])
    assert events[1]["detail-type"] == "SageMaker Model Package State Change"
    assert events[1]["resources"] == [arn]
    assert events[1]["detail"]["ModelPackageVersion"] == 1
    assert events[1]["detail"]["CreationTime"].endswith("Z")


def test_lists_show_versions_of_a_group_or_single_packages(cloud: Cloud) -> None:
    name, single = group(cloud), new_name("single")
    first, second = version(cloud, name), version(cloud, name, ModelApprovalStatus="Approved")
    cloud.sagemaker.create_model_package(
        ModelPackageName=single, InferenceSpecification={**specification(cloud), **INSTANCES}
    )

    def listed(**request: Any) -> list[str]:
        pages = cloud.sagemaker.get_paginator("list_model_packages").paginate(**request)
        return [item["ModelPackageArn"] for p in pages for item in p["ModelPackageSummaryList"]]

    assert listed(ModelPackageGroupName=name) == [first, second]
    assert listed(ModelPackageGroupName=name, ModelApprovalStatus="Approved") == [second]
    assert listed(NameContains=single) == [f"{PREFIX}/{single}"]
    assert listed(NameContains=name) == []
    assert listed(NameContains=name, ModelPackageType="Both", SortOrder="Descending")[0] == second


def test_many_are_described_at_once_with_an_error_for_each_unknown(cloud: Cloud) -> None:
    arn = version(cloud, group(cloud))
    unknown = f"{PREFIX}/nothing/7"

    answer = cloud.sagemaker.batch_describe_model_package(ModelPackageArnList=[arn, unknown])

    assert answer["ModelPackageSummaries"][arn]["ModelPackageVersion"] == 1
    error = answer["BatchDescribeModelPackageErrorMap"][unknown]
    assert error["ErrorResponse"] == f"ModelPackage {unknown} does not exist."


def test_a_repeated_request_makes_one_version(cloud: Cloud) -> None:
    name, token = group(cloud), "same-token"

    arns = {version(cloud, name, ClientToken=token) for _ in range(2)}

    assert len(arns) == 1


def test_versions_can_be_searched(cloud: Cloud) -> None:
    name = group(cloud, Tags=[{"Key": "team", "Value": "dogs"}])
    version(cloud, name)
    best = version(cloud, name, CustomerMetadataProperties={"accuracy": "0.91"})
    filters = [
        {"Name": "ModelPackageGroupName", "Operator": "Equals", "Value": name},
        {"Name": "CustomerMetadataProperties.accuracy", "Operator": "Exists"},
        {"Name": "Tags.team", "Operator": "Equals", "Value": "dogs"},
    ]

    answer = cloud.sagemaker.search(Resource="ModelPackage", SearchExpression={"Filters": filters})

    assert [found["ModelPackage"]["ModelPackageArn"] for found in answer["Results"]] == [best]


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        ({}, "Either ModelPackageName or ModelPackageGroupName"),
        ({"ModelPackageGroupName": "no-such-group"}, "ModelPackageGroup arn:.* does not exist"),
        ({"ModelPackageName": "single", "ModelApprovalStatus": "Approved"}, "only be given to ver"),
        ({"ModelPackageName": "single"}, "SupportedTransformInstanceTypes and"),
        (
            {"ModelPackageGroupName": "g", "Tags": [{"Key": "a", "Value": "b"}]},
            "in a group cannot have Tags",
        ),
        ({"ModelPackageGroupName": "g", "CertifyForMarketplace": True}, "CertifyForMarketplace"),
    ],
)
def test_what_does_not_fit_is_refused(
    cloud: Cloud, request_: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ClientError, match=complaint):
        cloud.sagemaker.create_model_package(
            InferenceSpecification=specification(cloud), **request_
        )
