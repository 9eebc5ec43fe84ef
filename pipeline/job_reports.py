"""The reports that a training job packs into output.tar.gz. Knows no S3."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from typing import IO, cast

# Of the archive's text at once: tarfile's own 10 kB make more calls than bytes are worth.
BUFFER_BYTES = 1024 * 1024


# What reading an archive raises that was cut off or damaged, or is none.
DAMAGED = (tarfile.TarError, zlib.error, EOFError)


def reports_in(archive: IO[bytes]) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Name, size and content of the plain files of a tar.gz, each to be read before the next."""
    with tarfile.open(fileobj=archive, mode="r|gz", bufsize=BUFFER_BYTES) as tar:
        for member in tar:
            if member.isfile():
                content = cast(IO[bytes], tar.extractfile(member))  # a plain file has one
                yield member.name.removeprefix("./"), member.size, content
