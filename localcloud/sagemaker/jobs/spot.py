"""Managed spot training: an instance may be taken away, and the job waits for another one."""

from __future__ import annotations

import time

from localcloud.sagemaker.region.faults import Chance
from localcloud.sagemaker.region.shapes import Json

NEVER = float("inf")


class Spot:
    """How often and until when one training job may be interrupted, and what it has used."""

    def __init__(self, request: Json, chance: Chance) -> None:
        self._chance = chance
        self._name = request["TrainingJobName"]
        self._is_managed = bool(request.get("EnableManagedSpotTraining"))
        most = request["StoppingCondition"].get("MaxWaitTimeInSeconds", NEVER)
        self._due = time.monotonic() + (most if self._is_managed else NEVER)
        self._used = 0.0

    def interruption(self) -> float:
        """After how many seconds this start is interrupted."""
        if self._is_managed and self._chance.strikes("spot_interrupted", self._name):
            return self._chance.faults.spot_after
        return NEVER

    @property
    def left(self) -> float:
        """Seconds of waiting and running that the request still allows."""
        return self._due - time.monotonic()

    def use(self, seconds: float) -> None:
        self._used += seconds

    def billable(self, trained: int) -> int:
        """Seconds: of all starts, not of what lies between them."""
        return max(1, round(self._used)) if self._is_managed else trained
