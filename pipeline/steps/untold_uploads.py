"""Data sets of which no event has told: S3 tells nothing in a new bucket's first five minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from pipeline.events import DatasetUploaded
from pipeline.names import DATASETS
from pipeline.ports import Services, StoredObject
from pipeline.run import Run

# Events come within seconds: a younger zip has one on its way.
PATIENCE = timedelta(minutes=2)
# S3 dates an upload in parts by its beginning, which may be a day ago on a slow line. Without a
# bound a new ledger beside an old bucket would train on every zip that was ever put there.
OLDEST = timedelta(days=3)
# Each costs the gate some seconds of the function's time; the others have their turn next time.
MOST_AT_ONCE = 20


def untold_uploads(runs: Sequence[Run], services: Services) -> Sequence[DatasetUploaded]:
    """What lies there now, should have a run and has none, oldest first."""
    known = {run.id for run in runs}
    uploads = [upload for upload in _lying_there(services) if upload.run not in known]
    return uploads[:MOST_AT_ONCE]


def _lying_there(services: Services) -> Iterator[DatasetUploaded]:
    now = services.clock.now()
    found = services.objects.newest(DATASETS)
    for stored in sorted(found, key=lambda stored: (stored.modified, stored.key)):
        upload = _as_told(stored, services.settings.bucket)
        if upload.begins_run and PATIENCE <= now - stored.modified < OLDEST:
            yield upload


def _as_told(stored: StoredObject, bucket: str) -> DatasetUploaded:
    """The same run as by its event, should that come after all: a version has only one."""
    return DatasetUploaded(
        bucket=bucket,
        key=stored.key,
        size=stored.size,
        etag=stored.etag,
        version=stored.version,
        time=stored.modified,
    )
