"""Where the outputs of a transform job go."""

from __future__ import annotations

from collections.abc import Sequence

from localcloud.sagemaker.region.objects import Source


def output_names(sources: Sequence[Source], uri: str) -> list[str]:
    """Where outputs go below S3OutputPath, as documented: <input's folder>/<base name>.

    That layout drops the folders in between. Where two objects would share a name, all keep
    their folders instead, so that no output is lost.
    """
    short = [_documented_name(source, uri) for source in sources]
    if len(set(short)) == len(short):
        return short
    return [f"{_parent_folder(source)}{source.name}" for source in sources]


def _documented_name(source: Source, uri: str) -> str:
    base = source.location.key.rpartition("/")[2]
    if str(source.location) == uri:  # the "prefix" is one object: its output lies at the top
        return base
    return f"{_parent_folder(source)}{base}"


def _parent_folder(source: Source) -> str:
    """The last folder of the input's prefix, with its slash; empty at the bucket's root."""
    prefix = source.location.key.removesuffix(source.name).rstrip("/")
    folder = prefix.rpartition("/")[2]
    return f"{folder}/" if folder else ""
