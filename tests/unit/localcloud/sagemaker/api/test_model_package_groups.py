"""Groups of the model registry: made once, tagged, listed, deleted when they are empty."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.support.model_packages import group, version
from tests.support.sagemaker_engine import ACCOUNT, REGION, Cloud

PREFIX = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package-group"


def test_a_group_is_described_by_name_and_by_arn(cloud: Cloud) -> None:
    name = group(cloud, ModelPackageGroupDescription="breeds")
    arn = f"{PREFIX}/{name}"

    answers = [
        cloud.sagemaker.describe_model_package_group(ModelPackageGroupName=key)
        for key in (name, arn)
    ]

    for answer in answers:
        assert answer["ModelPackageGroupArn"] == arn
        assert answer["ModelPackageGroupStatus"] == "Completed"
        assert answer["ModelPackageGroupDescription"] == "breeds"
        assert answer["CreatedBy"] == {}


def test_a_group_s_name_can_be_used_once(cloud: Cloud) -> None:
    name = group(cloud)

    with pytest.raises(ClientError, match=f"already exists: {PREFIX}/{name}"):
        cloud.sagemaker.create_model_package_group(ModelPackageGroupName=name)


def test_an_unknown_group_is_told_with_its_arn(cloud: Cloud) -> None:
    other = PREFIX.replace(ACCOUNT, "999999999999")

    for asked, arn in (("no", f"{PREFIX}/no"), (f"{other}/x", f"{other}/x")):
        with pytest.raises(ClientError, match=f"ModelPackageGroup {arn} does not exist"):
            cloud.sagemaker.describe_model_package_group(ModelPackageGroupName=asked)


def test_only_an_empty_group_is_deleted(cloud: Cloud) -> None:
    name = group(cloud)
    arn = version(cloud, name)

    with pytest.raises(ClientError, match="still contains Model Package") as caught:
        cloud.sagemaker.delete_model_package_group(ModelPackageGroupName=name)
    cloud.sagemaker.delete_model_package(ModelPackageName=arn)
    cloud.sagemaker.delete_model_package_group(ModelPackageGroupName=name)

    assert caught.value.response["Error"]["Code"] == "ConflictException"
    listed = cloud.sagemaker.list_model_package_groups(NameContains=name)
    assert listed["ModelPackageGroupSummaryList"] == []


def test_groups_are_listed_in_the_order_of_their_creation(cloud: Cloud) -> None:
    names = [group(cloud), group(cloud)]

    pages = cloud.sagemaker.get_paginator("list_model_package_groups").paginate(MaxResults=1)

    listed = [g["ModelPackageGroupName"] for p in pages for g in p["ModelPackageGroupSummaryList"]]
    assert [name for name in listed if name in names] == names


def test_versions_have_the_tags_of_their_group(cloud: Cloud) -> None:
    tags = [{"Key": "team", "Value": "dogs"}]
    name = group(cloud, Tags=tags)
    arn = version(cloud, name)

    cloud.sagemaker.add_tags(
        ResourceArn=f"{PREFIX}/{name}", Tags=[{"Key": "stage", "Value": "dev"}]
    )

    assert len(cloud.sagemaker.list_tags(ResourceArn=arn)["Tags"]) == 2
    with pytest.raises(ClientError, match="has the tags of its model package group"):
        cloud.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["team"])
