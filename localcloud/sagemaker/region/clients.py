"""The AWS clients of the engine, and those that it uses as a role, all against the local cloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from localcloud.sagemaker.region.job_metrics import CloudWatch
from localcloud.sagemaker.region.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient


@dataclass(frozen=True)
class Clients:
    s3: S3Client
    logs: CloudWatchLogsClient
    events: EventBridgeClient
    sns: SNSClient
    cloudwatch: CloudWatch


def connect(settings: Settings) -> Clients:
    session = boto3.Session(
        aws_access_key_id=settings.keys.key,
        aws_secret_access_key=settings.keys.secret,
        aws_session_token=settings.keys.token,
        region_name=settings.region,
    )
    # Many jobs share these clients; the addressing style keeps bucket names out of host names.
    config = Config(
        max_pool_connections=32,
        retries={"max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "path"},
    )
    url = settings.aws_endpoint_url
    return Clients(
        s3=session.client("s3", endpoint_url=url, config=config),
        logs=session.client("logs", endpoint_url=url, config=config),
        events=session.client("events", endpoint_url=url, config=config),
        sns=session.client("sns", endpoint_url=url, config=config),
        cloudwatch=session.client("cloudwatch", endpoint_url=url, config=config),
    )
