"""The deployed service as its user meets it: a bucket, an HTTP API, documents that appear."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import requests
from botocore.exceptions import ClientError

from cli.mistakes import Mistake
from cli.runs_api import RunsApi
from tests.support.waiting import eventually

ENDED = {"serving", "superseded", "declined", "rejected", "failed", "stopped"}


@dataclass(frozen=True)
class Service:
    """Addresses of a running local cloud, as `.kennel/local.env` gives them to anybody."""

    environment: Mapping[str, str]

    @property
    def bucket(self) -> str:
        return self.environment["KENNEL_BUCKET"]

    @property
    def session(self) -> boto3.Session:
        return boto3.Session(
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            region_name=self.environment["AWS_DEFAULT_REGION"],
        )

    def client(self, name: str) -> Any:
        variable = "AWS_ENDPOINT_URL_SAGEMAKER" if name == "sagemaker" else "AWS_ENDPOINT_URL"
        return self.session.client(name, endpoint_url=self.environment[variable])  # type: ignore[call-overload]

    @property
    def api(self) -> RunsApi:
        return RunsApi(self.environment["KENNEL_URL"], self.session)

    def upload(self, archive: bytes, name: str, **settings: object) -> None:
        """The sidecar first: it is read together with the zip."""
        if settings:
            self.put(f"datasets/{name}.json", json.dumps(settings).encode())
        self.put(f"datasets/{name}.zip", archive)

    def put(self, key: str, body: bytes) -> None:
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)

    def read(self, key: str) -> bytes | None:
        try:
            body: bytes = self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError:
            return None
        return body

    def json(self, key: str) -> dict[str, Any] | None:
        body = self.read(key)
        return json.loads(body) if body else None

    def run_of(self, name: str) -> dict[str, Any] | None:
        key = f"datasets/{name}.zip"
        return next((run for run in self.api.runs() if run["dataset"]["key"] == key), None)

    def run_in(self, name: str, *states: str, within: float = 180) -> dict[str, Any]:
        """The run of a data set once it is in one of the states, or has ended otherwise."""
        run = eventually(
            lambda: self.run_of(name),
            lambda run: run["state"] in {*states, *ENDED},
            within=within,
        )
        assert run["state"] in states, f"{run['state']}: {run['reason']}"
        return run

    def run_waiting_for_quota(self, name: str) -> dict[str, Any]:
        return eventually(lambda: self.run_of(name), lambda run: run["quota_wait"], within=120)

    def reconcile(self) -> None:
        """What the schedule brings, now."""
        self.client("lambda").invoke(FunctionName="kennel-local-reconcile", Payload=b"{}")

    def suffer(self, **faults: float) -> None:
        """From now on these things go wrong in SageMaker, and no others."""
        url = f"{self.environment['AWS_ENDPOINT_URL_SAGEMAKER']}/faults"
        requests.post(url, json=faults, timeout=9).raise_for_status()

    def image(self, key: str) -> dict[str, Any] | None:
        """What the API tells of an image, once it knows it."""
        try:
            return self.api.image(key)
        except Mistake:
            return None

    def document(self, key: str, *, within: float = 90) -> dict[str, Any]:
        """The prediction document of `images/<key>`."""
        return eventually(lambda: self.json(f"predictions/{key}.json"), within=within)


def drawn_dataset(folder: Path, *, breeds: int = 3, images: int = 15, seed: int = 1) -> bytes:
    from cli.sample_dataset import Sample, write_sample

    target = folder / "drawn.zip"
    for _ in write_sample(target, Sample(breeds=breeds, images=images, size=96, seed=seed)):
        pass
    return target.read_bytes()
