"""A training job on several instances: processes side by side that find each other."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.support.job_channels import channel
from tests.support.sagemaker_engine import BUCKET, INSTANCE, Cloud, processing_request

TWO = {**INSTANCE, "InstanceCount": 2}
SHOW = """
import json, os, socket
host = os.environ["SM_CURRENT_HOST"]
told = json.load(open(os.environ["SM_INPUT_CONFIG_DIR"] + "/resourceconfig.json"))
seen = {
    "addresses": [socket.gethostbyname(name) for name in told["hosts"]],
    "hosts": told["hosts"] == json.loads(os.environ["SM_HOSTS"]),
    "current": told["current_host"] == host,
    "master": json.loads(os.environ["SM_TRAINING_ENV"])["is_master"],
    "files": sorted(os.listdir(os.environ.get("SM_CHANNEL_TRAIN", "."))),
}
rank = told["hosts"].index(host)
open(os.environ["SM_MODEL_DIR"] + f"/{rank}.json", "w").write(json.dumps(seen))
open(os.environ["SM_MODEL_DIR"] + "/same", "w").write(str(rank))
"""
SUM = """
import os, torch
import torch.distributed as group
rank = os.environ.get("RANK")
hosts = __import__("json").loads(os.environ["SM_HOSTS"])
own = {} if rank else {"world_size": len(hosts), "rank": hosts.index(os.environ["SM_CURRENT_HOST"])}
group.init_process_group("gloo", **own)
total = torch.tensor([group.get_rank() + 1.0])
group.all_reduce(total)
print("total", total.item())
group.destroy_process_group()
"""


def test_each_instance_knows_itself_and_the_others(cloud: Cloud) -> None:
    for name in ("a", "b", "c"):
        cloud.put(f"sharded/{name}", name)
    train = channel("train", "S3Prefix", f"s3://{BUCKET}/sharded/")
    train["DataSource"]["S3DataSource"]["S3DataDistributionType"] = "ShardedByS3Key"  # type: ignore[index]

    job = cloud.train(SHOW, ResourceConfig=TWO, InputDataConfig=[train])

    answer = cloud.ended("training", job)
    assert answer["TrainingJobStatus"] == "Completed", cloud.log("TrainingJobs", job)
    files = cloud.unpacked(f"out/{job}/output/model.tar.gz")
    first, second = (json.loads(files[f"{rank}.json"]) for rank in (0, 1))
    assert first["addresses"] == second["addresses"] == ["127.0.0.1", "127.0.0.2"]
    assert all(seen["hosts"] and seen["current"] for seen in (first, second))
    assert (first["master"], second["master"]) == (True, False)
    assert (first["files"], second["files"]) == (["a", "c"], ["b"])
    assert files["same"] == b"0"


@pytest.mark.parametrize("launch", [{}, {"sagemaker_torch_distributed_enabled": "true"}])
def test_two_instances_sum_over_torch_distributed(cloud: Cloud, launch: dict[str, str]) -> None:
    job = cloud.train(SUM, ResourceConfig=TWO, hyperparameters=launch)

    answer = cloud.ended("training", job)
    log = cloud.log("TrainingJobs", job)
    assert answer["TrainingJobStatus"] == "Completed", log
    assert log.count("total 3.0") == 2
    streams = cloud.logs.describe_log_streams(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=f"{job}/"
    )["logStreams"]
    hosts = sorted(item["logStreamName"].removeprefix(f"{job}/")[:7] for item in streams)
    assert hosts == ["algo-1-", "algo-2-"]


def test_one_failing_instance_ends_the_job_in_its_words(cloud: Cloud) -> None:
    script = (
        "import json, os, time\n"
        "if os.environ['SM_CURRENT_HOST'] != json.loads(os.environ['SM_HOSTS'])[0]:\n"
        "    raise ValueError('the second has no dogs')\n"
        "time.sleep(60)\n"
    )

    answer = cloud.ended("training", cloud.train(script, ResourceConfig=TWO), seconds=20)

    assert answer["TrainingJobStatus"] == "Failed"
    assert "ValueError: the second has no dogs" in answer["FailureReason"]


def test_processing_jobs_have_one(cloud: Cloud) -> None:
    request = processing_request("several", "true", ProcessingResources={"ClusterConfig": TWO})

    with pytest.raises(ClientError, match="processing jobs on several instances"):
        cloud.sagemaker.create_processing_job(**request)
