"""Every role may do what its function needs, and nothing else."""

from __future__ import annotations

import pytest

from tests.support.compiled_template import ACCOUNT, REGION, Template
from tests.support.deployed_names import BUCKET, JOBS_ROLE
from tests.support.permissions import allows, ledger_kinds, role_of

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/kennel-dev"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:kennel-dev-notifications"

LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"


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
    ("on_dataset_uploaded", "s3:PutObject", f"{BUCKET}/checked/abc/dataset.zip"),
    ("on_dataset_uploaded", "s3:GetObject", f"{BUCKET}/weights/resnet50.pth"),
    ("on_dataset_uploaded", "s3:PutObject", f"{BUCKET}/runs/abc/dataset_report.json"),
    ("on_dataset_uploaded", "s3:PutObject", f"{BUCKET}/code/0af/training/sourcedir.tar.gz"),
    ("on_dataset_uploaded", "sagemaker:CreateProcessingJob", PREPARATION),
    ("on_preparation_ended", "s3:GetObject", f"{BUCKET}/runs/abc/preparation/report.json"),
    ("on_preparation_ended", "sagemaker:DescribeProcessingJob", PREPARATION),
    ("on_preparation_ended", "sagemaker:CreateHyperParameterTuningJob", TUNING),
    ("on_preparation_ended", "sagemaker:CreateTrainingJob", TRAINING),
    ("on_tuning_ended", "sagemaker:DescribeHyperParameterTuningJob", TUNING),
    ("on_tuning_ended", "sagemaker:CreateTrainingJob", TRAINING),
    ("on_tuning_ended", "s3:PutObjectTagging", f"{BUCKET}/runs/abc/trials/t/output/model.tar.gz"),
    ("on_tuning_ended", "s3:GetObject", f"{BUCKET}/runs/abc/trials/t/output/model.tar.gz"),
    ("on_tuning_ended", "s3:PutObject", f"{BUCKET}/runs/abc/tuning/model.tar.gz"),
    ("on_tuning_ended", "sagemaker:ListTrainingJobsForHyperParameterTuningJob", TUNING),
    ("on_training_ended", "sagemaker:DescribeTrainingJob", TRAINING),
    ("on_training_ended", "s3:GetObject", f"{BUCKET}/runs/abc/model/t/output/output.tar.gz"),
    ("on_training_ended", "sagemaker:CreateModel", MODEL),
    ("on_training_ended", "sagemaker:CreateTransformJob", EVALUATION),
    ("on_training_ended", "s3:ListBucketVersions", BUCKET),
    ("on_transform_ended", "s3:GetObject", f"{BUCKET}/runs/abc/evaluation/output/p.jsonl.out"),
    ("on_transform_ended", "s3:PutObject", f"{BUCKET}/runs/abc/evaluation.json"),
    ("on_transform_ended", "s3:PutObject", f"{BUCKET}/predictions/rex.jpg.json"),
    ("on_transform_ended", "s3:DeleteObject", f"{BUCKET}/waiting/a.jsonl"),
    ("on_transform_ended", "sagemaker:DescribeTransformJob", EVALUATION),
    ("on_transform_ended", "sagemaker:DescribeProcessingJob", PREPARATION),
    ("on_transform_ended", "sagemaker:DescribeTrainingJob", TRAINING),
    ("on_transform_ended", "s3:PutObject", f"{BUCKET}/runs/abc/report.html"),
    ("on_transform_ended", "sagemaker:CreateTransformJob", BATCH),
    ("on_part_predicted", "s3:GetObject", f"{BUCKET}/batches/abc/output/part-00000.jsonl.out"),
    ("on_part_predicted", "s3:PutObject", f"{BUCKET}/predictions/_batches/abc/part-00000.jsonl"),
    ("on_part_predicted", "s3:GetObject", f"{BUCKET}/images/rex.jpg"),
    ("on_part_predicted", "s3:DeleteObject", f"{BUCKET}/waiting/a.jsonl"),
    ("on_part_predicted", "sagemaker:DescribeTransformJob", BATCH),
    ("on_images_dropped", "sqs:ReceiveMessage", queue("images")),
    ("on_images_dropped", "s3:PutObject", f"{BUCKET}/waiting/a.jsonl"),
    ("on_images_dropped", "s3:PutObject", f"{BUCKET}/batches/abc/batch.json"),
    ("on_images_dropped", "sagemaker:CreateTransformJob", BATCH),
    ("reconcile", "sagemaker:DescribeProcessingJob", PREPARATION),
    ("reconcile", "sagemaker:DescribeTransformJob", BATCH),
    ("reconcile", "sagemaker:CreateModel", MODEL),
    ("reconcile", "s3:ListBucketVersions", BUCKET),
    ("reconcile", "s3:GetObjectVersion", f"{BUCKET}/datasets/dogs.zip"),
    ("reconcile", "s3:PutObject", f"{BUCKET}/checked/abc/dataset.zip"),
    ("reconcile", "s3:GetObject", f"{BUCKET}/weights/resnet50.pth"),
    ("expire_logs", "logs:DescribeLogStreams", f"{LOGS}/aws/sagemaker/TrainingJobs:log-stream:"),
    ("expire_logs", "logs:DeleteLogStream", f"{TRAINING_LOGS}kennel-dev-training-k1/algo-1-1"),
    ("on_delivery_failed", "sqs:ReceiveMessage", queue("delivery-failures")),
    ("on_delivery_failed", "sqs:ReceiveMessage", queue("images-failures")),
    ("on_delivery_failed", "sqs:SendMessage", queue("dead-letters")),
    ("on_delivery_failed", "s3:PutObject", f"{BUCKET}/waiting/a.jsonl"),
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
    ("on_part_predicted", "s3:DeleteObject", f"{BUCKET}/batches/abc/batch.json"),
    ("on_images_dropped", "s3:GetObject", f"{BUCKET}/images/rex.jpg"),
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
    ("on_transform_ended", "dynamodb:PutItem", {"run", "champion", "flights"}),
    ("on_part_predicted", "dynamodb:PutItem", {"flights"}),
    ("on_images_dropped", "dynamodb:BatchWriteItem", {"image"}),
    ("on_images_dropped", "dynamodb:PutItem", {"flights"}),
    ("on_images_dropped", "dynamodb:GetItem", {"champion", "flights"}),
    ("reconcile", "dynamodb:Query", {"run", "look"}),
    ("reconcile", "dynamodb:PutItem", {"run", "champion", "flights", "sweep", "look"}),
    ("on_delivery_failed", "dynamodb:GetItem", {"run"}),
    ("on_delivery_failed", "dynamodb:BatchWriteItem", {"image"}),
    ("serve_dashboard", "dynamodb:Query", {"run"}),
    ("serve_dashboard", "dynamodb:DeleteItem", set()),
]


@pytest.mark.parametrize(("function", "action", "kinds"), LEDGER)
def test_a_function_reaches_only_its_kinds_of_items(
    template: Template, function: str, action: str, kinds: set[str]
) -> None:
    assert ledger_kinds(template, role_of(template, function), action) == kinds
