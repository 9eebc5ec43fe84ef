"""Inputs and outputs of jobs, as requests name them."""

from __future__ import annotations

from typing import Any


def channel(name: str, data_type: str, uri: str) -> dict[str, object]:
    source = {"S3DataType": data_type, "S3Uri": uri}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


INPUT = "/opt/ml/processing/input"


OUTPUT = "/opt/ml/processing/output"


def from_s3(name: str, data_type: str, uri: str) -> dict[str, Any]:
    source = {"S3Uri": uri, "LocalPath": f"{INPUT}/{name}", "S3DataType": data_type}
    source |= {"S3InputMode": "File", "S3DataDistributionType": "FullyReplicated"}
    return {"InputName": name, "S3Input": source}


def to_s3(name: str, uri: str, mode: str = "EndOfJob") -> dict[str, Any]:
    target = {"S3Uri": uri, "LocalPath": f"{OUTPUT}/{name}", "S3UploadMode": mode}
    return {"OutputName": name, "S3Output": target}
