"""What goes wrong on demand shows to clients as it does on AWS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
import requests
from botocore.exceptions import ClientError

from localcloud.sagemaker.region.faults import Chance, Faults
from tests.support.faults import Suffer
from tests.support.sagemaker_engine import BUCKET, Cloud, new_name
from tests.support.tuning_jobs import QUADRATIC, tune
from tests.support.waiting import eventually

RESUMED = """
import pathlib, os, time
path = pathlib.Path(os.environ['SAGEMAKER_BASE_DIR']) / 'checkpoints' / 'epoch'
path.parent.mkdir(exist_ok=True)
resumed = path.exists()
path.write_text('1')
time.sleep(0 if resumed else 60)
"""
SPOT = {
    "EnableManagedSpotTraining": True,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60},
}


def ended(cloud: Cloud, job: str, received: Callable[[], list[dict[str, object]]]) -> Counter[str]:
    cloud.ended("training", job)
    events = eventually(received, lambda found: len(found) >= 10)
    return Counter(str(event["detail"]["SecondaryStatus"]) for event in events)  # type: ignore[index]


def test_events_come_twice(cloud: Cloud, suffer: Suffer) -> None:
    suffer(events_twice=1)
    job = new_name("twice")

    with cloud.recorded_events(TrainingJobName=job) as received:
        cloud.train("print(1)", name=job)

        assert set(ended(cloud, job, received).values()) == {2}


def test_events_never_come(cloud: Cloud, suffer: Suffer) -> None:
    suffer(events_lost=1)
    lost, heard = new_name("lost"), new_name("heard")

    with cloud.recorded_events() as received:
        cloud.ended("training", cloud.train("print(1)", name=lost))
        suffer()
        cloud.ended("training", cloud.train("print(1)", name=heard))
        events = eventually(
            received, lambda found: found and found[-1]["detail"]["SecondaryStatus"] == "Completed"
        )

    assert {event["detail"]["TrainingJobName"] for event in events} == {heard}


def test_calls_are_throttled(cloud: Cloud, suffer: Suffer) -> None:
    suffer(throttled=1)

    with pytest.raises(ClientError, match=r"ThrottlingException.*Rate exceeded"):
        cloud.sagemaker.list_training_jobs()


def test_the_quota_refuses_on_demand(cloud: Cloud, suffer: Suffer) -> None:
    suffer(refused=1)

    with pytest.raises(ClientError, match=r"ResourceLimitExceeded.*training jobs' is 20"):
        cloud.train("print(1)")


def test_the_quota_that_trials_meet_fails_the_tuning(cloud: Cloud, suffer: Suffer) -> None:
    suffer(trials_refused=1)

    answer = cloud.ended("tuning", tune(cloud, QUADRATIC))

    assert answer["HyperParameterTuningJobStatus"] == "Failed"
    assert answer["FailureReason"].startswith("ResourceLimitExceeded: The account-level service")


def test_a_job_waits_for_an_instance(cloud: Cloud, suffer: Suffer) -> None:
    suffer(capacity_wait=1)
    job = cloud.train("print(1)")

    waiting = eventually(
        lambda: cloud.describe("training", job)["SecondaryStatusTransitions"][0],
        lambda first: first["StatusMessage"].startswith("Insufficient capacity error from EC2"),
    )

    assert waiting["Status"] == "Starting"
    assert cloud.ended("training", job)["TrainingJobStatus"] == "Completed"


@pytest.mark.parametrize("kind", ["training", "processing"])
def test_without_instances_a_job_fails(cloud: Cloud, suffer: Suffer, kind: str) -> None:
    suffer(capacity_errors=1)

    job = cloud.train("print(1)") if kind == "training" else cloud.process("true")

    reason = cloud.ended(kind, job)["FailureReason"]
    assert reason.startswith("CapacityError: Unable to provision requested ML compute capacity.")


def test_an_interrupted_spot_training_goes_on_from_its_checkpoints(
    cloud: Cloud, suffer: Suffer
) -> None:
    suffer(spot_interrupted=1)
    checkpoints = {"S3Uri": f"s3://{BUCKET}/checkpoints/spot/"}

    job = cloud.train(RESUMED, CheckpointConfig=checkpoints, **SPOT)

    answer = cloud.ended("training", job)
    states = [item["Status"] for item in answer["SecondaryStatusTransitions"]]
    again = ["Starting", "Downloading", "Training"]
    assert states == [*again, "Interrupted", *again, "Uploading", "Completed"]
    assert answer["BillableTimeInSeconds"] <= answer["TrainingTimeInSeconds"]


def test_a_spot_training_is_not_waited_for_without_end(cloud: Cloud, suffer: Suffer) -> None:
    suffer(spot_interrupted=1)
    limits = {"MaxRuntimeInSeconds": 2, "MaxWaitTimeInSeconds": 2}

    job = cloud.train("import time; time.sleep(60)", **{**SPOT, "StoppingCondition": limits})

    answer = cloud.ended("training", job)
    assert answer["TrainingJobStatus"] == "Stopped"
    assert answer["SecondaryStatus"] == "MaxWaitTimeExceeded"


def test_a_spot_training_must_say_how_long_it_waits(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="Invalid MaxWaitTimeInSeconds"):
        cloud.train("print(1)", EnableManagedSpotTraining=True)


def test_an_unknown_fault_is_refused(cloud: Cloud) -> None:
    answer = requests.post(f"{cloud.server.url}/faults", json={"earthquake": 1}, timeout=9)

    assert answer.status_code == 400
    assert "earthquake is no fault" in answer.text


def test_the_same_seed_draws_the_same() -> None:
    def draws(seed: int) -> list[bool]:
        chance = Chance(Faults(seed=seed, refused=0.5))
        return [chance.strikes("refused", "job") for _ in range(20)]

    assert draws(1) == draws(1) != draws(2)
