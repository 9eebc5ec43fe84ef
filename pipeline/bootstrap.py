"""Where the real things meet: built once in a function's life, when first asked for.

This is also the one place where others can be put in their stead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from pipeline.aws.dynamo_images import DynamoImages
from pipeline.aws.dynamo_rounds import DynamoRounds
from pipeline.aws.dynamo_runs import DynamoRuns
from pipeline.aws.job_logs import CloudWatchJobLogs
from pipeline.aws.messages import SnsNotices, SqsDeadLetters
from pipeline.aws.powertools_telemetry import PowertoolsTelemetry
from pipeline.aws.s3_objects import S3Objects
from pipeline.aws.sagemaker_jobs import SageMakerJobs
from pipeline.aws.side_by_side import CONNECTIONS
from pipeline.ports import Services
from pipeline.settings import Settings, read_settings
from pipeline.source_bundle import SourceBundle

# SageMaker's control plane takes one create call a second: throttling is normal and waited for,
# 31 s in all at most. Whoever waits longer would meet the function's time-out instead of the quota.
PATIENT = Config(retries={"mode": "standard", "max_attempts": 6}, max_pool_connections=CONNECTIONS)


class _UtcClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


_others: ContextVar[Services | None] = ContextVar("other services", default=None)


def settings() -> Settings:
    return services().settings


def services() -> Services:
    return _others.get() or _deployed()


@contextmanager
def instead(others: Services) -> Iterator[None]:
    """Lets whoever asks in this context have `others`; nothing deployed is built for them."""
    before = _others.set(others)
    try:
        yield
    finally:
        _others.reset(before)


@cache
def _deployed() -> Services:
    deployment = read_settings()
    session = boto3.Session(region_name=deployment.region)
    dynamodb = session.client("dynamodb", config=PATIENT)
    objects = S3Objects(session.client("s3", config=PATIENT), deployment.bucket)
    sagemaker = session.client("sagemaker", config=PATIENT)
    return Services(
        settings=deployment,
        runs=DynamoRuns(dynamodb, deployment.table),
        images=DynamoImages(dynamodb, deployment.table),
        rounds=DynamoRounds(dynamodb, deployment.table),
        objects=objects,
        jobs=SageMakerJobs(sagemaker, objects, deployment),
        job_logs=CloudWatchJobLogs(session.client("logs", config=PATIENT)),
        notices=SnsNotices(session.client("sns", config=PATIENT), deployment.topic_arn),
        dead_letters=SqsDeadLetters(
            session.client("sqs", config=PATIENT), deployment.dead_letters_url
        ),
        source=SourceBundle(Path(__file__).parent.parent, deployment.job_packages),
        telemetry=PowertoolsTelemetry(
            Logger(service=deployment.service),
            namespace="Kennel",
            service=deployment.service,
            stage=deployment.stage,
        ),
        clock=_UtcClock(),
    )
