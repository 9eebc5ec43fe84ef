"""The secondary states of a training job, and the history of them that Describe answers."""

from __future__ import annotations

import time

from localcloud.sagemaker.region.shapes import Json

MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Interrupted": "Training job interrupted: its spot instance was taken away",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Stopping": "Stopping the training job",
    "Stopped": "Training job stopped",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
    "MaxWaitTimeExceeded": "Training job wait time exceeded MaxWaitTimeInSeconds provided",
}
ENDS = {"Completed", "Failed", "Stopped", "MaxRuntimeExceeded", "MaxWaitTimeExceeded"}


def transition(status: str, start: float) -> Json:
    return {"Status": status, "StartTime": start, "StatusMessage": MESSAGES[status]}


def transitions(past: list[Json], status: str) -> list[Json]:
    """The history with a new state, which ends the one before."""
    now = time.time()
    if past and past[-1]["Status"] == status:
        return past
    closed = [{**past[-1], "EndTime": now}] if past else []
    latest = transition(status, now)
    if status in ENDS:
        latest["EndTime"] = now
    return [*past[:-1], *closed, latest]
