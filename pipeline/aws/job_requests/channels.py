"""Where jobs find their inputs: manifests, prefixes, and the channels made of them."""

from __future__ import annotations

import json
from typing import Any

from pipeline.names import DATASETS, RunId, run_key, uri
from pipeline.run import Run
from pipeline.settings import Settings

DATASET_MANIFEST = "dataset.manifest"
WEIGHTS_MANIFEST = "weights.manifest"


def manifest(bucket: str, prefix: str, names: list[str]) -> bytes:
    """SageMaker's manifest: exactly these objects, where a bare prefix would match longer keys."""
    return json.dumps([{"prefix": uri(bucket, prefix)}, *names], ensure_ascii=False).encode()


def input_manifests(run: Run, bucket: str) -> dict[str, bytes]:
    """Key to content of the manifests that the jobs of a run read."""
    dataset = manifest(bucket, DATASETS, [run.upload.key.removeprefix(DATASETS)])
    manifests = {run_key(run.id, DATASET_MANIFEST): dataset}
    if run.weights:
        folder, _, name = run.weights.rpartition("/")
        manifests[run_key(run.id, WEIGHTS_MANIFEST)] = manifest(bucket, f"{folder}/", [name])
    return manifests


def source_of(data_type: str, location: str) -> dict[str, str]:
    return {
        "S3DataType": data_type,
        "S3Uri": location,
        "S3DataDistributionType": "FullyReplicated",
    }


def channel(name: str, data_type: str, location: str) -> dict[str, Any]:
    """An input channel of a training job, downloaded before the code starts."""
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": source_of(data_type, location)},
        "InputMode": "File",
    }


def features_channel(run: RunId, settings: Settings) -> dict[str, Any]:
    return channel("features", "S3Prefix", uri(settings.bucket, run_key(run, "features/")))


def training_channels(run: Run, settings: Settings) -> list[dict[str, Any]]:
    """The zip itself, what the preparation found in it, and own weights where there are any."""

    def here(name: str) -> str:
        return uri(settings.bucket, run_key(run.id, name))

    channels = [
        channel("dataset", "ManifestFile", here(DATASET_MANIFEST)),
        channel("preparation", "S3Prefix", here("preparation/")),
    ]
    if run.weights:
        channels.append(channel("weights", "ManifestFile", here(WEIGHTS_MANIFEST)))
    return channels
