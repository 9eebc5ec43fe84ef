"""What runs in a model container is judged by the account as the model's execution role."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from localcloud.aws.account import NUMBER
from tests.support.account_with_jobs import running_account_with_jobs
from tests.support.sagemaker_engine import BUCKET, IMAGE, Cloud, client
from tests.support.tar_archives import targz

ROLE = f"arn:aws:iam::{NUMBER}:role/worker"
# Says what became of a request for each key that the body names.
READING = """
import json, os
import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

def model_fn(folder): return None

def transform_fn(model, body, content_type, accept):
    found = {name: os.environ.get(name, "")[:9] for name in ("AWS_REGION", "AWS_ACCESS_KEY_ID")}
    s3 = boto3.client("s3", region_name="us-east-1", config=Config(connect_timeout=1))
    for key in body.decode().split():
        try:
            found[key] = s3.get_object(Bucket="bucket", Key=key)["Body"].read().decode()
        except ClientError as error:
            found[key] = error.response["Error"]["Code"]
        except BotoCoreError as error:
            found[key] = type(error).__name__
    return json.dumps(found)
"""


@dataclass(frozen=True)
class Account:
    cloud: Cloud

    def model(self, name: str, **changes: object) -> str:
        archive = targz({"code/inference.py": READING})
        container = {
            "Image": IMAGE,
            "ModelDataUrl": self.cloud.put(f"models/{name}/model.tar.gz", archive),
            "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
        }
        self.cloud.sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container, **changes
        )
        return name

    def answer(self, model: str) -> dict[str, str]:
        uri = self.cloud.put(f"input/{model}/keys.txt", "images/a.jpg private/b.jpg")
        job = self.cloud.transform(model, "S3Prefix", uri)
        described = self.cloud.ended("transform", job)
        assert described["TransformJobStatus"] == "Completed", described
        answer: dict[str, str] = json.loads(self.cloud.get(f"transformed/{job}/keys.txt.out"))
        return answer


def statement(*actions: str, resource: str) -> dict[str, object]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def document(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="module")
def home() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def account(
    tmp_path_factory: pytest.TempPathFactory, home: pytest.MonkeyPatch
) -> Iterator[Account]:
    """With a role that may read images and models; the machine's user has AWS keys of their own."""
    folder: Path = tmp_path_factory.mktemp("engine")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    allowed = [
        statement("s3:ListBucket", resource=f"arn:aws:s3:::{BUCKET}"),
        *(
            statement("s3:GetObject", resource=f"arn:aws:s3:::{BUCKET}/{prefix}/*")
            for prefix in ("images", "models", "input")
        ),
        statement("s3:PutObject", resource=f"arn:aws:s3:::{BUCKET}/transformed/*"),
        statement("logs:*", resource="*"),
    ]
    profile = "[default]\naws_access_key_id = AKIAMINE\naws_secret_access_key = mine\n"
    (folder / ".aws").mkdir()
    (folder / ".aws" / "credentials").write_text(profile)
    home.setenv("HOME", str(folder))
    with running_account_with_jobs(folder) as (url, *engine):
        cloud = Cloud(url, Addresses(*engine), folder)
        iam = client("iam", url)
        iam.create_role(RoleName="worker", AssumeRolePolicyDocument=document(trust))
        iam.put_role_policy(RoleName="worker", PolicyName="own", PolicyDocument=document(*allowed))
        cloud.s3.create_bucket(Bucket=BUCKET)
        cloud.put("images/a.jpg", "rex")
        cloud.put("private/b.jpg", "nobody's")
        yield Account(cloud)


@dataclass(frozen=True)
class Addresses:
    url: str
    runtime_url: str


def test_a_model_container_reads_what_its_role_may_and_nothing_else(account: Account) -> None:
    answer = account.answer(account.model("reader"))

    assert answer.pop("AWS_ACCESS_KEY_ID").startswith("ASIA")
    assert answer == {
        "AWS_REGION": "us-east-1",
        "images/a.jpg": "rex",
        "private/b.jpg": "AccessDenied",
    }


def test_an_isolated_model_container_has_no_credentials(account: Account) -> None:
    answer = account.answer(account.model("isolated", EnableNetworkIsolation=True))

    assert answer["AWS_ACCESS_KEY_ID"] == ""
    assert answer["images/a.jpg"] == "NoCredentialsError"
