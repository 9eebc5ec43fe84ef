"""What tests of the engine say often: clients, tiny scripts in S3, requests, waiting."""

from __future__ import annotations

import io
import itertools
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config

from tests.support.tar_archives import targz
from tests.support.waiting import eventually

REGION, ACCOUNT, BUCKET = "us-east-1", "123456789012", "bucket"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/sagemaker"
IMAGE = "image:latest"
INSTANCE = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
ENDED = {"Completed", "Failed", "Stopped"}
KINDS = {
    "training": ("TrainingJob", "describe_training_job"),
    "processing": ("ProcessingJob", "describe_processing_job"),
    "transform": ("TransformJob", "describe_transform_job"),
    "tuning": ("HyperParameterTuningJob", "describe_hyper_parameter_tuning_job"),
}
_numbers = itertools.count(1)


def new_name(kind: str) -> str:
    return f"{kind}-{next(_numbers)}"


class Engine(Protocol):
    """An engine, here or in another process."""

    @property
    def url(self) -> str: ...

    @property
    def runtime_url(self) -> str: ...


class Cloud:
    """The engine and moto through boto3, as a user of both."""

    def __init__(self, moto_url: str, server: Engine, engine_folder: Path) -> None:
        self.engine_folder = engine_folder
        self.moto_url = moto_url
        self.server = server
        self.sagemaker = client("sagemaker", server.url)
        self.runtime = client("sagemaker-runtime", server.runtime_url)
        self.s3 = client("s3", moto_url)
        self.logs = client("logs", moto_url)
        self.sqs = client("sqs", moto_url)
        self.events = client("events", moto_url)

    def put(self, key: str, body: str | bytes) -> str:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"s3://{BUCKET}/{key}"

    def get(self, key: str) -> bytes:
        content: bytes = self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return content

    def keys(self, prefix: str) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [item["Key"] for item in found]

    def unpacked(self, key: str) -> dict[str, bytes]:
        with tarfile.open(fileobj=io.BytesIO(self.get(key))) as tar:
            files = [(m.name, tar.extractfile(m)) for m in tar.getmembers() if m.isfile()]
            return {name: file.read() for name, file in files if file}

    def describe(self, kind: str, name: str) -> dict[str, Any]:
        stem, operation = KINDS[kind]
        answer: dict[str, Any] = getattr(self.sagemaker, operation)(**{f"{stem}Name": name})
        return answer

    def status(self, kind: str, name: str) -> str:
        return str(self.describe(kind, name)[f"{KINDS[kind][0]}Status"])

    def ended(self, kind: str, name: str, seconds: float = 60) -> dict[str, Any]:
        eventually(lambda: self.status(kind, name), ENDED.__contains__, within=seconds)
        return self.describe(kind, name)

    def log(self, group: str, job: str) -> list[str]:
        """All lines of a job, of all its streams; nothing while there are none."""
        group = f"/aws/sagemaker/{group}"
        try:
            found = self.logs.describe_log_streams(
                logGroupName=group, logStreamNamePrefix=f"{job}/"
            )
        except self.logs.exceptions.ResourceNotFoundException:
            return []
        streams = [stream["logStreamName"] for stream in found["logStreams"]]
        return [line for stream in streams for line in self._lines(group, stream)]

    def _lines(self, group: str, stream: str) -> list[str]:
        events = self.logs.get_log_events(
            logGroupName=group, logStreamName=stream, startFromHead=True
        )["events"]
        return [event["message"] for event in events]

    def train(self, script: str, **changes: Any) -> str:
        """Starts a script-mode job that runs `script` as train.py."""
        name = changes.pop("name", None) or new_name("train")
        self.sagemaker.create_training_job(**self.training_request(name, script, **changes))
        return str(name)

    def training_request(self, name: str, script: str, **changes: Any) -> dict[str, Any]:
        files = {"train.py": script, **changes.pop("files", {})}
        hyperparameters = changes.pop("hyperparameters", {})
        algorithm = changes.pop("algorithm", {})
        source = self.put(f"code/{name}/sourcedir.tar.gz", targz(files))
        own = {"sagemaker_program": "train.py", "sagemaker_submit_directory": source}
        return {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                **algorithm,
            },
            "HyperParameters": {**own, **hyperparameters},
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out/"},
            "ResourceConfig": dict(INSTANCE),
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            **changes,
        }

    def process(self, command: str, **changes: Any) -> str:
        """Starts a processing job that runs a line of shell."""
        name = str(changes.pop("name", None) or new_name("process"))
        self.sagemaker.create_processing_job(**processing_request(name, command, **changes))
        return name

    def model(self, inference: str, **environment: str) -> str:
        name = new_name("model")
        archive = targz({"code/inference.py": inference, "weights.txt": "3"})
        url = self.put(f"models/{name}/model.tar.gz", archive)
        container = {
            "Image": IMAGE,
            "ModelDataUrl": url,
            "Environment": {"SAGEMAKER_PROGRAM": "inference.py", **environment},
        }
        self.sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container
        )
        return name

    def transform(self, model: str, data_type: str, uri: str, **changes: Any) -> str:
        name = new_name("transform")
        source = {"S3DataType": data_type, "S3Uri": uri}
        request = {
            "TransformJobName": name,
            "ModelName": model,
            "TransformInput": {
                "DataSource": {"S3DataSource": source},
                "ContentType": "application/x-image",
                "SplitType": "None",
            },
            "TransformOutput": {
                "S3OutputPath": f"s3://{BUCKET}/transformed/{name}/",
                "Accept": "application/json",
            },
            "TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
            **changes,
        }
        self.sagemaker.create_transform_job(**request)
        return name

    @contextmanager
    def recorded_events(self, **detail: str) -> Iterator[Callable[[], list[dict[str, Any]]]]:
        """Collects SageMaker's events with these details, or all, through a rule and a queue."""
        wanted = {"detail": {member: [value] for member, value in detail.items()}} if detail else {}
        pattern = json.dumps({"source": ["aws.sagemaker"], **wanted})
        queue = new_name("queue")
        url = self.sqs.create_queue(QueueName=queue)["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"
        self.events.put_rule(Name=queue, EventPattern=pattern)
        self.events.put_targets(Rule=queue, Targets=[{"Id": "queue", "Arn": arn}])
        seen: list[dict[str, Any]] = []
        yield lambda: self._received(url, seen)
        self.events.remove_targets(Rule=queue, Ids=["queue"])
        self.events.delete_rule(Name=queue)

    def _received(self, url: str, seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            seen += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return seen


def processing_request(name: str, command: str, **changes: Any) -> dict[str, Any]:
    return {
        "ProcessingJobName": name,
        "RoleArn": ROLE,
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": ["/bin/bash", "-c", command],
        },
        "ProcessingResources": {"ClusterConfig": dict(INSTANCE)},
        **changes,
    }


def client(service: str, url: str) -> Any:
    connect: Callable[..., Any] = boto3.client  # the service is not known to the stubs
    return connect(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"max_attempts": 0}),
    )
