"""The reports that a training job packs into output.tar.gz. Knows no S3."""

from __future__ import annotations

import io
import tarfile

# What is larger is not a report and stays in the archive. The largest that is one has about 22
# bytes for each test image and class: 25,000 images of 100 classes take 58 MB.
MOST_BYTES = 96 * 1024 * 1024


def reports_in(archive: bytes) -> dict[str, bytes]:
    """Name to content of the plain files at the top of a tar.gz."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        return {
            member.name.removeprefix("./"): content.read()
            for member in tar
            if member.isfile()
            and member.size <= MOST_BYTES
            and (content := tar.extractfile(member))
        }
