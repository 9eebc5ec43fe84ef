"""Logs of jobs expire alike in memory and in CloudWatch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest

from pipeline.aws.job_logs import GROUPS, CloudWatchJobLogs
from pipeline.ports import JobLogs
from tests.fakes.surroundings import FakeJobLogs

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

NOW = datetime.now(UTC)
WRITTEN = {
    "kennel-dev-training-k1/algo-1-1": NOW - timedelta(days=9),
    "kennel-dev-training-k2/algo-1-1": NOW - timedelta(days=1),
    "others/algo-1-1": NOW - timedelta(days=9),
}
Made = tuple[JobLogs, Callable[[], set[str]]]


@pytest.fixture
def logs(session: boto3.Session, endpoint: str) -> CloudWatchLogsClient:
    return session.client("logs", endpoint_url=endpoint)


def in_memory(written: Mapping[str, datetime]) -> Made:
    fake = FakeJobLogs()
    fake.streams.update(written)
    return fake, lambda: set(fake.streams)


def in_cloudwatch(written: Mapping[str, datetime], logs: CloudWatchLogsClient) -> Made:
    group = GROUPS[1]
    logs.create_log_group(logGroupName=group)
    for name, time in written.items():
        logs.create_log_stream(logGroupName=group, logStreamName=name)
        logs.put_log_events(
            logGroupName=group,
            logStreamName=name,
            logEvents=[{"timestamp": int(time.timestamp() * 1000), "message": "x"}],
        )

    def names() -> set[str]:
        streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
        return {stream["logStreamName"] for stream in streams}

    return CloudWatchJobLogs(logs), names


@pytest.fixture(params=["memory", "cloudwatch"])
def made(request: pytest.FixtureRequest, logs: CloudWatchLogsClient) -> Made:
    return in_memory(WRITTEN) if request.param == "memory" else in_cloudwatch(WRITTEN, logs)


def test_only_old_logs_of_the_named_jobs_go(made: Made) -> None:
    job_logs, names = made

    assert job_logs.expire("kennel-dev-", before=NOW - timedelta(days=5)) == 1
    assert names() == {"kennel-dev-training-k2/algo-1-1", "others/algo-1-1"}


def test_what_another_delivery_of_the_same_day_deletes_meanwhile_is_no_failure(
    session: boto3.Session, endpoint: str
) -> None:
    logs, other = (
        session.client("logs", endpoint_url=endpoint, region_name="eu-central-1") for _ in "12"
    )
    _, names = in_cloudwatch(WRITTEN, logs)

    def come_first(**_: object) -> None:
        CloudWatchJobLogs(other).expire("kennel-dev-", before=NOW - timedelta(days=5))

    logs.meta.events.register("before-call.cloudwatch-logs.DeleteLogStream", come_first)

    assert CloudWatchJobLogs(logs).expire("kennel-dev-", before=NOW - timedelta(days=5)) == 0
    assert names() == {"kennel-dev-training-k2/algo-1-1", "others/algo-1-1"}


def test_an_account_without_any_job_has_nothing_to_delete(
    session: boto3.Session, endpoint: str
) -> None:
    elsewhere = session.client("logs", endpoint_url=endpoint, region_name="eu-west-1")

    assert CloudWatchJobLogs(elsewhere).expire("kennel-", before=NOW) == 0
