"""An account with Kennel deployed into it: the services of AWS in memory, and Kennel's on them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor, Future
from typing import Any, Protocol

from boto3.s3.transfer import TransferConfig

from localcloud.sagemaker.region.kinds import Kind
from localcloud.sagemaker.region.records import Record
from pipeline.aws.dynamo_images import DynamoImages
from pipeline.aws.dynamo_rounds import DynamoRounds
from pipeline.aws.dynamo_runs import DynamoRuns
from pipeline.aws.job_logs import CloudWatchJobLogs
from pipeline.aws.messages import SnsNotices, SqsDeadLetters
from pipeline.aws.s3_objects import S3Objects
from pipeline.aws.sagemaker_jobs import SageMakerJobs
from pipeline.ports import Clock, Services, Telemetry
from pipeline.settings import Settings
from tests.chaos.aws.cloud import MemoryCloud
from tests.chaos.aws.dynamodb import MemoryDynamo
from tests.chaos.aws.object_store import Version
from tests.chaos.aws.queues import MemoryMessages, Queue
from tests.chaos.aws.s3 import MemoryS3
from tests.chaos.aws.sagemaker import MemorySageMaker
from tests.chaos.aws.wire import Params
from tests.chaos.deployed import queues
from tests.fakes.surroundings import FakeSource


class Surroundings(Protocol):
    """Who hears of what happens in the account."""

    def object_put(self, reason: str, version: Version) -> None: ...
    def message_sent(self, queue: Queue) -> None: ...
    def admit_job(self, kind: Kind, request: Params) -> None: ...
    def job_began(self, record: Record) -> None: ...
    def job_stopping(self, record: Record) -> None: ...


class Account(MemoryCloud):
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        surroundings: Surroundings,
        *,
        s3: MemoryS3 | None = None,
        dynamo: MemoryDynamo | None = None,
    ) -> None:
        super().__init__(
            s3=s3 or MemoryS3(settings.bucket, clock.now, surroundings.object_put),
            dynamo=dynamo or MemoryDynamo(settings.table),
            sagemaker=MemorySageMaker(
                clock.now,
                admit=surroundings.admit_job,
                began=surroundings.job_began,
                stopping=surroundings.job_stopping,
            ),
            messages=MemoryMessages(clock.now, surroundings.message_sent),
        )
        self._make_queues()

    def _make_queues(self) -> None:
        """Each under its logical name, as triggers know it, and under its own."""
        made = {
            name: Queue(declared.name, declared.visibility, declared.most_receives)
            for name, declared in queues().items()
        }
        for name, declared in queues().items():
            made[name].dead = made[declared.dead] if declared.dead else None
            self.messages.queues |= {name: made[name], declared.name: made[name]}


class InTurn(Executor):
    """One after the other: threads would come in another order each time."""

    def __init__(self, most: int) -> None:
        super().__init__()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def services_on(
    clients: Mapping[str, Any], settings: Settings, clock: Clock, telemetry: Telemetry
) -> Services:
    """As pipeline/bootstrap.py composes them, on other clients."""
    objects = S3Objects(clients["s3"], settings.bucket, InTurn, TransferConfig(use_threads=False))
    return Services(
        settings=settings,
        runs=DynamoRuns(clients["dynamodb"], settings.table),
        images=DynamoImages(clients["dynamodb"], settings.table, InTurn),
        rounds=DynamoRounds(clients["dynamodb"], settings.table),
        objects=objects,
        jobs=SageMakerJobs(clients["sagemaker"], objects, settings),
        job_logs=CloudWatchJobLogs(clients["logs"]),
        notices=SnsNotices(clients["sns"], settings.topic_arn),
        dead_letters=SqsDeadLetters(clients["sqs"], settings.dead_letters_url),
        source=FakeSource(),
        telemetry=telemetry,
        clock=clock,
    )
