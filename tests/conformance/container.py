"""A training job's folder, laid out anew from what DescribeTrainingJob tells of the job."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def lay_out(root: Path, job: Mapping[str, Any], s3: Any) -> None:
    """`input/`, `code/` (empty, as the toolkit wants it), `model/` and `output/` under `root`."""
    for folder in ("input/config", "input/data", "code", "model", "output"):
        (root / folder).mkdir(parents=True)
    channels = {channel["ChannelName"]: channel for channel in job["InputDataConfig"]}
    for name, channel in channels.items():
        _download(root / "input" / "data" / name, channel["DataSource"]["S3DataSource"], s3)
    config = {
        "hyperparameters": job["HyperParameters"],
        "inputdataconfig": {name: _config(channel) for name, channel in channels.items()},
        # A host that does not resolve would make the toolkit wait for minutes.
        "resourceconfig": {"current_host": "localhost", "hosts": ["localhost"]},
    }
    for name, content in config.items():
        (root / "input" / "config" / f"{name}.json").write_text(json.dumps(content))


def _config(channel: Mapping[str, Any]) -> dict[str, str]:
    return {
        "TrainingInputMode": "File",
        "S3DistributionType": channel["DataSource"]["S3DataSource"]["S3DataDistributionType"],
        "RecordWrapperType": channel["RecordWrapperType"],
    }


def _download(folder: Path, source: Mapping[str, str], s3: Any) -> None:
    address = urlsplit(source["S3Uri"])
    bucket, key = address.netloc, address.path.lstrip("/")
    if source["S3DataType"] == "ManifestFile":
        prefix, *names = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        base = urlsplit(prefix["prefix"]).path.lstrip("/")
        keys = {name: f"{base}{name}" for name in names}
    else:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
        listed = (item["Key"] for page in pages for item in page.get("Contents", []))
        keys = {found.removeprefix(key): found for found in listed}
    for name, found in keys.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(bucket, found, str(target))
