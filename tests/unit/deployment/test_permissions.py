"""Every role may do what its function needs, and nothing else."""

from __future__ import annotations

import json

import pytest

from tests.support.compiled_template import ACCOUNT, REGION, Template
from tests.support.permissions import allows, ledger_kinds, listed, role_of, statements

BUCKET = f"arn:aws:s3:::kennel-dev-{ACCOUNT}-{REGION}"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/kennel-dev"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:kennel-dev-notifications"
JOBS_ROLE = f"arn:aws:iam::{ACCOUNT}:role/JobsRole"

LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"

# CloudWatch and ECR know no narrower resource for these.
WITHOUT_RESOURCE = {"cloudwatch:PutMetricData", "ecr:GetAuthorizationToken"}


def job(kind: str, name: str) -> str:
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/kennel-dev-{name}-abcdefghij"


def queue(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:kennel-dev-{name}"


PREPARATION = job("processing-job", "preparation")
TUNING = job("hyper-parameter-tuning-job", "tuning")
TRAINING = job("training-job", "training")
MODEL = job("model", "model")
EVALUATION = job("transform-job", "evaluation")
BATCH = job("transform-job", "batch")

TRAINING_LOGS = f"{LOGS}/aws/sagemaker/TrainingJobs:log-stream:"

NEEDED = [
    ("on_dataset_uploaded", "s3:GetObjectVersion", f"{BUCKET}/datasets/dogs.zip"),
    ("on_dataset_uploaded", "s3:GetObject", f"{BUCKET}/weights/resnet50.pth"),
    ("on_dataset_uploaded", "s3:PutObject", f"{BUCKET}/runs/abc/dataset_report.json"),
    ("on_dataset_uploaded", "s3:PutObject", f"{BUCKET}/code/0af/training/sourcedir.tar.gz"),
    ("on_dataset_uploaded", "sagemaker:CreateProcessingJob", PREPARATION),
    ("on_preparation_ended", "s3:GetObject", f"{BUCKET}/runs/abc/preparation/report.json"),
    ("on_preparation_ended", "sagemaker:DescribeProcessingJob", PREPARATION),
    ("on_preparation_ended", "sagemaker:CreateHyperParameterTuningJob", TUNING),
    ("on_tuning_ended", "sagemaker:DescribeHyperParameterTuningJob", TUNING),
    ("on_tuning_ended", "sagemaker:CreateTrainingJob", TRAINING),
    ("on_tuning_ended", "s3:PutObjectTagging", f"{BUCKET}/runs/abc/tuning/t/output/model.tar.gz"),
    ("on_training_ended", "sagemaker:DescribeTrainingJob", TRAINING),
    ("on_training_ended", "s3:GetObject", f"{BUCKET}/runs/abc/model/t/output/output.tar.gz"),
    ("on_training_ended", "sagemaker:CreateModel", MODEL),
    ("on_training_ended", "sagemaker:CreateTransformJob", EVALUATION),
    ("on_transform_ended", "s3:GetObject", f"{BUCKET}/runs/abc/evaluation/00000.jpg.out"),
    ("on_transform_ended", "s3:PutObject", f"{BUCKET}/runs/abc/evaluation.json"),
    ("on_transform_ended", "s3:PutObject", f"{BUCKET}/predictions/rex.jpg.json"),
    ("on_transform_ended", "s3:DeleteObject", f"{BUCKET}/batches/abc/input/00000"),
    ("on_transform_ended", "sagemaker:DescribeTransformJob", EVALUATION),
    ("on_transform_ended", "sagemaker:CreateTransformJob", BATCH),
    ("on_images_dropped", "sqs:ReceiveMessage", queue("images")),
    ("on_images_dropped", "s3:GetObjectVersion", f"{BUCKET}/images/rex.jpg"),
    ("on_images_dropped", "s3:PutObject", f"{BUCKET}/batches/abc/manifest.json"),
    ("on_images_dropped", "sagemaker:CreateTransformJob", BATCH),
    ("reconcile", "sagemaker:DescribeProcessingJob", PREPARATION),
    ("reconcile", "sagemaker:DescribeTransformJob", BATCH),
    ("reconcile", "sagemaker:CreateModel", MODEL),
    ("reconcile", "s3:ListBucketVersions", BUCKET),
    ("reconcile", "s3:GetObjectVersion", f"{BUCKET}/datasets/dogs.zip"),
    ("reconcile", "s3:GetObject", f"{BUCKET}/weights/resnet50.pth"),
    ("expire_logs", "logs:DescribeLogStreams", f"{LOGS}/aws/sagemaker/TrainingJobs:log-stream:"),
    ("expire_logs", "logs:DeleteLogStream", f"{TRAINING_LOGS}kennel-dev-training-k1/algo-1-1"),
    ("on_delivery_failed", "sqs:ReceiveMessage", queue("delivery-failures")),
    ("on_delivery_failed", "sqs:ReceiveMessage", queue("images-failures")),
    ("on_delivery_failed", "sqs:SendMessage", queue("dead-letters")),
    ("on_delivery_failed", "s3:GetObject", f"{BUCKET}/images/rex.jpg"),
    ("on_delivery_failed", "s3:GetObject", f"{BUCKET}/predictions/rex.jpg.json"),
    ("on_delivery_failed", "s3:PutObject", f"{BUCKET}/predictions/rex.jpg.json"),
    ("serve_dashboard", "sagemaker:StopTrainingJob", TRAINING),
    ("serve_dashboard", "dynamodb:Query", TABLE),
]
CREATED = [(function, resource) for function, action, resource in NEEDED if ":Create" in action]
REFUSED = [
    ("expire_logs", "logs:DeleteLogStream", f"{TRAINING_LOGS}others-training/algo-1-1"),
    ("expire_logs", "logs:DeleteLogStream", f"{LOGS}/aws/lambda/f:log-stream:kennel-dev-x"),
    ("on_dataset_uploaded", "s3:PutObject", f"{BUCKET}/datasets/dogs.zip"),
    ("on_dataset_uploaded", "s3:GetObject", f"{BUCKET}/images/rex.jpg"),
    ("on_images_dropped", "sagemaker:CreateTrainingJob", TRAINING),
    ("on_images_dropped", "iam:PassRole", JOBS_ROLE),
    ("on_transform_ended", "s3:DeleteObject", f"{BUCKET}/runs/abc/model/model.tar.gz"),
    (
        "on_training_ended",
        "sagemaker:CreateModel",
        job("model", "other").replace("-dev-", "-prod-"),
    ),
    ("on_delivery_failed", "sagemaker:CreateProcessingJob", PREPARATION),
    ("serve_dashboard", "sagemaker:CreateTrainingJob", TRAINING),
    ("serve_dashboard", "s3:GetObject", f"{BUCKET}/datasets/dogs.zip"),
]


@pytest.mark.parametrize(("function", "action", "resource"), NEEDED)
def test_a_function_may_do_what_its_step_does(
    template: Template, function: str, action: str, resource: str
) -> None:
    assert allows(template, role_of(template, function), action, resource)


@pytest.mark.parametrize(("function", "action", "resource"), REFUSED)
def test_a_function_may_not_do_what_is_anothers(
    template: Template, function: str, action: str, resource: str
) -> None:
    assert not allows(template, role_of(template, function), action, resource)


@pytest.mark.parametrize(("function", "resource"), CREATED)
def test_whoever_creates_something_with_tags_may_tag_it(
    template: Template, function: str, resource: str
) -> None:
    assert allows(template, role_of(template, function), "sagemaker:AddTags", resource)


def test_every_function_may_log(template: Template) -> None:
    for function in template.functions():
        logs = f"{LOGS}/aws/lambda/kennel-dev-{function}:x"
        assert allows(template, role_of(template, function), "logs:PutLogEvents", logs)


def test_every_function_that_works_on_runs_or_images_may_tell(template: Template) -> None:
    for function in set(template.functions()) - {"expire_logs"}:
        assert allows(template, role_of(template, function), "sns:Publish", TOPIC)


LEDGER = [
    ("on_dataset_uploaded", "dynamodb:PutItem", {"run"}),
    ("on_preparation_ended", "dynamodb:PutItem", {"run"}),
    ("on_tuning_ended", "dynamodb:PutItem", {"run"}),
    ("on_training_ended", "dynamodb:PutItem", {"run"}),
    ("on_transform_ended", "dynamodb:PutItem", {"run", "champion", "image", "slot"}),
    ("on_transform_ended", "dynamodb:BatchGetItem", {"image", "slot"}),
    ("on_images_dropped", "dynamodb:PutItem", {"image", "slot"}),
    ("on_images_dropped", "dynamodb:GetItem", {"champion"}),
    ("reconcile", "dynamodb:Query", {"run", "image", "slot"}),
    ("on_delivery_failed", "dynamodb:GetItem", {"run", "champion"}),
    ("serve_dashboard", "dynamodb:Query", {"run", "image"}),
    ("serve_dashboard", "dynamodb:DeleteItem", set()),
]


@pytest.mark.parametrize(("function", "action", "kinds"), LEDGER)
def test_a_function_reaches_only_its_kinds_of_items(
    template: Template, function: str, action: str, kinds: set[str]
) -> None:
    assert ledger_kinds(template, role_of(template, function), action) == kinds


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


@pytest.mark.parametrize("prefix", ["datasets", "weights", "code", "runs", "batches"])
def test_jobs_may_read_their_inputs(template: Template, prefix: str) -> None:
    assert allows(template, "JobsRole", "s3:GetObject", f"{BUCKET}/{prefix}/x")


@pytest.mark.parametrize("prefix", ["datasets", "weights", "code", "images", "predictions"])
def test_jobs_may_write_only_their_outputs(template: Template, prefix: str) -> None:
    assert not allows(template, "JobsRole", "s3:PutObject", f"{BUCKET}/{prefix}/x")
    assert allows(template, "JobsRole", "s3:PutObject", f"{BUCKET}/runs/abc/model/model.tar.gz")


def test_sagemaker_assumes_the_jobs_role_for_this_account_as_awss_page_shows(
    template: Template,
) -> None:
    (statement,) = template.properties("JobsRole")["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:*"}
    }
