"""What a transform job has written: one `.out` object for each input that it answered."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.ports import Services

SUFFIX = ".out"


def read_outputs(prefix: str, services: Services) -> Mapping[str, bytes]:
    """Name of the input to the answer's bytes.

    Below which folders Batch Transform lays its outputs is not documented for every kind of input:
    only the last part of a key counts, and the inputs have plain names of their own.
    """
    keys = [key for key in services.objects.list(prefix) if key.endswith(SUFFIX)]
    return {
        key.rpartition("/")[2].removesuffix(SUFFIX): body
        for key, body in services.objects.read_many(keys).items()
    }
