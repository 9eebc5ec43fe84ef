"""boto3 clients of whatever the environment names, AWS or the local cloud."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient

# Somebody sits in front of it: a dead address is said within seconds, throttling is sat out.
CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=16,
)


@cache
def session() -> boto3.Session:
    return boto3.Session()


@cache
def s3() -> S3Client:
    return session().client("s3", config=CONFIG)


@cache
def sagemaker() -> SageMakerClient:
    return session().client("sagemaker", config=CONFIG)


@cache
def logs() -> CloudWatchLogsClient:
    return session().client("logs", config=CONFIG)
