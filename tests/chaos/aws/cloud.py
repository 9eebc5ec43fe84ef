"""All services of one account in memory, as the wire asks them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from botocore import xform_name

from tests.chaos.aws.dynamodb import MemoryDynamo
from tests.chaos.aws.queues import MemoryMessages
from tests.chaos.aws.s3 import MemoryS3
from tests.chaos.aws.sagemaker import MemorySageMaker
from tests.chaos.aws.wire import Answer, Params

Operation = Callable[[Params], Answer]


class MemoryCloud:
    def __init__(
        self,
        *,
        s3: MemoryS3,
        dynamo: MemoryDynamo,
        sagemaker: MemorySageMaker,
        messages: MemoryMessages,
    ) -> None:
        self.s3 = s3
        self.dynamo = dynamo
        self.sagemaker = sagemaker
        self.messages = messages
        self._services: dict[str, object] = {
            "s3": s3,
            "dynamodb": dynamo,
            "sns": messages,
            "sqs": messages,
        }

    def call(self, service: str, operation: str, params: Params) -> Answer:
        if service == "sagemaker":
            return self.sagemaker.call(operation, params)
        found = getattr(self._services[service], _method(operation), None)
        if found is None:
            raise NotImplementedError(f"{service}.{operation} is not in memory")
        answer: Answer = found(params)
        return answer


@cache
def _method(operation: str) -> str:
    return str(xform_name(operation))
