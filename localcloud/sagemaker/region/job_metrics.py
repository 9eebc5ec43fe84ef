"""Metrics of training jobs in CloudWatch, where the SDK's analytics and the console read them."""

from __future__ import annotations

import logging
import math
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from localcloud.sagemaker.region.batches import Batches
from localcloud.sagemaker.region.shapes import Json

NAMESPACE = "/aws/sagemaker/TrainingJobs"
logger = logging.getLogger(__name__)


class CloudWatch(Protocol):
    """What is used of boto3's client."""

    # The names are boto3's.
    def put_metric_data(self, *, Namespace: str, MetricData: list[Json]) -> object: ...  # noqa: N803


class JobMetrics:
    """The observations of one training job, by the names of its metric definitions."""

    def __init__(self, client: CloudWatch, job: str) -> None:
        self._client = client
        self._job = job
        self._data: Batches[Json] = Batches(f"metrics {job}", self._send)

    def put(self, name: str, value: float, moment: float) -> None:
        if not math.isfinite(value):
            return  # CloudWatch would refuse the whole request
        dimensions = [{"Name": "TrainingJobName", "Value": self._job}]
        self._data.put(
            {"MetricName": name, "Dimensions": dimensions, "Value": value, "Timestamp": moment}
        )

    def close(self) -> None:
        """Sends what is left."""
        self._data.close()

    def _send(self, data: list[Json]) -> None:
        try:
            self._client.put_metric_data(Namespace=NAMESPACE, MetricData=data)
        except (BotoCoreError, ClientError) as error:
            # A job must not fail because its metrics cannot be kept.
            logger.warning("metrics of %s are lost: %s", self._job, error)
