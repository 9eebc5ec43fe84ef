"""What holds for every role of the template, and what the jobs' own role may do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.compiled_template import ACCOUNT, REGION, Template
from tests.support.deployed_names import BUCKET, JOBS_ROLE
from tests.support.packaging import package
from tests.support.permissions import allows, listed, role_of, statements

# CloudWatch and ECR know no narrower resource for these.
WITHOUT_RESOURCE = {"cloudwatch:PutMetricData", "ecr:GetAuthorizationToken"}


def test_only_functions_that_start_jobs_with_a_role_may_pass_it(template: Template) -> None:
    passing = {
        function
        for function in template.functions()
        if allows(template, role_of(template, function), "iam:PassRole", JOBS_ROLE)
    }

    assert passing == {
        "on_dataset_uploaded",
        "on_preparation_ended",
        "on_tuning_ended",
        "on_training_ended",
        "reconcile",
    }


def test_no_role_has_every_resource_unless_aws_knows_none(template: Template) -> None:
    for role, _ in template.resources("AWS::IAM::Role"):
        for statement in statements(template, role):
            if "*" in listed(statement["Resource"]):
                assert set(listed(statement["Action"])) <= WITHOUT_RESOURCE


def test_no_role_has_a_wildcard_of_actions(template: Template) -> None:
    for role, _ in template.resources("AWS::IAM::Role"):
        actions = {a for one in statements(template, role) for a in listed(one["Action"])}
        assert not [action for action in actions if "*" in action]


def test_policies_fit_in_their_roles(template: Template) -> None:
    for role, properties in template.resources("AWS::IAM::Role"):
        size = len(json.dumps(properties["Policies"], separators=(",", ":")))
        assert size < 10_240, f"IAM takes 10,240 characters of inline policies; {role} has {size}"


@pytest.mark.parametrize("prefix", ["checked", "weights", "code", "runs", "batches"])
def test_jobs_may_read_their_inputs(template: Template, prefix: str) -> None:
    assert allows(template, "JobsRole", "s3:GetObject", f"{BUCKET}/{prefix}/x")


@pytest.mark.parametrize(
    "prefix", ["datasets", "checked", "weights", "code", "images", "predictions"]
)
def test_jobs_may_write_only_their_outputs(template: Template, prefix: str) -> None:
    assert not allows(template, "JobsRole", "s3:PutObject", f"{BUCKET}/{prefix}/x")
    assert allows(template, "JobsRole", "s3:PutObject", f"{BUCKET}/runs/abc/model/model.tar.gz")


def test_jobs_read_what_predict_from_names_and_nothing_beside_it(
    template: Template, tmp_path: Path
) -> None:
    wider = package("dev", tmp_path, "predict_from=photos,other/dogs/").template

    for read in ("s3:GetObject", "s3:GetObjectVersion"):
        assert allows(wider, "JobsRole", read, "arn:aws:s3:::photos/a.jpg")
        assert allows(wider, "JobsRole", read, "arn:aws:s3:::other/dogs/a.jpg")
        assert not allows(wider, "JobsRole", read, "arn:aws:s3:::other/cats/a.jpg")
        assert not allows(template, "JobsRole", read, "arn:aws:s3:::photos/a.jpg")
    assert not allows(wider, "JobsRole", "s3:PutObject", "arn:aws:s3:::photos/a.jpg")


def test_jobs_read_no_zip_but_the_checked_one(template: Template) -> None:
    assert not allows(template, "JobsRole", "s3:GetObject", f"{BUCKET}/datasets/dogs.zip")


def test_sagemaker_assumes_the_jobs_role_for_this_account_as_awss_page_shows(
    template: Template,
) -> None:
    (statement,) = template.properties("JobsRole")["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:*"}
    }
