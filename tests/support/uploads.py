"""A data set that has just been uploaded, and the run that it began."""

from __future__ import annotations

from pipeline.events import DatasetUploaded
from pipeline.run import Run
from tests.fakes.services import FakeServices
from tests.support.samples import dataset_zip, upload


def uploaded(services: FakeServices, body: bytes | None = None) -> DatasetUploaded:
    """The event of a zip that has just been put under datasets/."""
    content = dataset_zip() if body is None else body
    version = services.objects.put("datasets/dogs.zip", content)
    return upload(version=version, size=len(content))


def only_run(services: FakeServices) -> Run:
    [run] = services.runs.all()
    return run
