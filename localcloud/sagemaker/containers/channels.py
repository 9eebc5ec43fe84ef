"""Inputs of a training job: the channels of the request as folders and as inputdataconfig.json."""

from __future__ import annotations

from collections.abc import Iterable

from localcloud.sagemaker.containers.cluster import Member
from localcloud.sagemaker.containers.layout import Layout
from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.objects import Objects
from localcloud.sagemaker.region.shapes import Json


def check_channels(channels: Iterable[Json], mode: str) -> None:
    seen: set[str] = set()
    for channel in channels:
        name = channel["ChannelName"]
        if name in seen:
            raise invalid(f"Channel names must be unique, and {name} occurs more than once.")
        seen.add(name)
        _check_channel(channel, channel.get("InputMode", mode))


def _check_channel(channel: Json, mode: str) -> None:
    name, source = channel["ChannelName"], channel["DataSource"].get("S3DataSource")
    if source is None:
        raise unsupported(f"the data source of channel {name}", "use an S3DataSource")
    if mode == "Pipe":
        raise unsupported(f"Pipe mode in channel {name}", "use File or FastFile")
    if source["S3DataType"] not in {"S3Prefix", "ManifestFile"}:
        what = f"{source['S3DataType']} in channel {name}"
        raise unsupported(what, "use S3Prefix or ManifestFile")


def download(channels: Iterable[Json], layout: Layout, objects: Objects, member: Member) -> None:
    """What one instance gets: all, or its share of the objects."""
    # FastFile streams on AWS; a script sees the same files either way.
    for channel in channels:
        source = channel["DataSource"]["S3DataSource"]
        found = objects.sources(source["S3DataType"], source["S3Uri"])
        if source.get("S3DataDistributionType") == "ShardedByS3Key":
            found = found[member.number - 1 :: len(member.hosts)]
        objects.download_all(found, layout.channels / channel["ChannelName"])


def input_data_config(channels: Iterable[Json], mode: str) -> Json:
    return {channel["ChannelName"]: _described(channel, mode) for channel in channels}


def _described(channel: Json, mode: str) -> Json:
    source = channel["DataSource"]["S3DataSource"]
    content = {"ContentType": channel["ContentType"]} if "ContentType" in channel else {}
    return content | {
        "TrainingInputMode": channel.get("InputMode", mode),
        "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
        "RecordWrapperType": channel.get("RecordWrapperType", "None"),
    }
