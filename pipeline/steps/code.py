"""The code that a run's jobs run: in the bucket, under its digest, before the first job starts."""

from __future__ import annotations

from dataclasses import replace

from pipeline.names import PROGRAMS, bundle_key
from pipeline.ports import Services
from pipeline.run import Run
from pipeline.steps.ledger import change_run


def with_code(run: Run, services: Services) -> Run:
    """The run with its code in the bucket.

    If nobody put it there before a deploy, it cannot be had any more: the run takes what is
    deployed now, under the digest of that.
    """
    if _is_there(run.source, services):
        return run
    digest = services.source.digest
    for program, bundle in services.source.bundles().items():
        services.objects.write(bundle_key(digest, program), bundle, content_type="application/gzip")

    def renewed(found: Run) -> Run | None:
        return replace(found, source=digest) if found.source == run.source else None

    return change_run(run.id, renewed, services)


def _is_there(digest: str, services: Services) -> bool:
    """The last one is written last: where it lies, they all do."""
    return services.objects.exists(bundle_key(digest, PROGRAMS[-1]))
