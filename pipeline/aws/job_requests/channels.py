"""Where jobs find their inputs: manifests, prefixes, and the channels made of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pipeline.names import SEARCH, WEIGHTS, WHEELS, RunId, checked_folder, run_key, uri
from pipeline.run import Run
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        ChannelTypeDef,
    )

DataType = Literal["ManifestFile", "S3Prefix"]

WEIGHTS_MANIFEST = "weights.manifest"


def _manifest(bucket: str, prefix: str, names: Sequence[str]) -> bytes:
    """SageMaker's manifest: exactly these objects, where a bare prefix would match longer keys."""
    return json.dumps([{"prefix": uri(bucket, prefix)}, *names], ensure_ascii=False).encode()


def input_manifests(run: Run, bucket: str) -> dict[str, bytes]:
    """Key to content of the manifests that the jobs of a run read."""
    if not run.weights:
        return {}
    names = [key.removeprefix(WEIGHTS) for key in run.weights]
    return {run_key(run.id, WEIGHTS_MANIFEST): _manifest(bucket, WEIGHTS, names)}


def _channel(name: str, data_type: DataType, location: str) -> ChannelTypeDef:
    """An input channel of a training job, downloaded before the code starts."""
    return {
        "ChannelName": name,
        "DataSource": {
            "S3DataSource": {
                "S3DataType": data_type,
                "S3Uri": location,
                "S3DataDistributionType": "FullyReplicated",
            }
        },
        "InputMode": "File",
    }


def features_channel(run: RunId, settings: Settings) -> ChannelTypeDef:
    return _channel("features", "S3Prefix", uri(settings.bucket, run_key(run, "features/")))


def training_channels(run: Run, settings: Settings) -> list[ChannelTypeDef]:
    """The zip, what preparation and search found, own wheels and own weights if there are any."""

    def here(name: str) -> str:
        return uri(settings.bucket, run_key(run.id, name))

    channels = [
        _channel("dataset", "S3Prefix", uri(settings.bucket, checked_folder(run.id))),
        _channel("preparation", "S3Prefix", here("preparation/")),
        _channel("search", "S3Prefix", here(SEARCH)),
        features_channel(run.id, settings),
    ]
    if settings.job_packages == "wheels":
        channels.append(_channel("wheels", "S3Prefix", uri(settings.bucket, WHEELS)))
    if run.weights:
        channels.append(_channel("weights", "ManifestFile", here(WEIGHTS_MANIFEST)))
    return channels
