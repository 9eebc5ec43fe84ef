"""`kennel runs` for the runs over what lies in S3: their names begin with `lake-`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeGuard

from cli.deployment import read_deployment
from cli.mistakes import Mistake
from pipeline.lakes import LAKE

if TYPE_CHECKING:
    from cli.lake_deployment import LakeDeployment
    from cli.lake_status import LakeStatus


def is_lake(name: str | None) -> TypeGuard[str]:
    return name is not None and name.startswith(LAKE)


def lakes() -> Sequence[LakeStatus]:
    """All of them, newest first; who cannot read the bucket sees runs all the same."""
    from botocore.exceptions import ClientError

    from cli.failures import NOT_ALLOWED
    from cli.terminal import notes, say

    if not read_deployment().knows_bucket:
        return []
    deployment = _lakes_of_deployment()
    try:
        return [deployment.status(record) for record in deployment.records.all()]
    except ClientError as error:
        if error.response["Error"]["Code"] not in {*NOT_ALLOWED, "NoSuchBucket"}:
            raise
        say(notes(), f"without those of s3://…, as {error.operation_name} is refused")
        return []


def show_lake(name: str, *, as_json: bool) -> None:
    from cli.lake_view import lake_details
    from cli.terminal import print_json, results

    deployment = _lakes_of_deployment()
    record = deployment.records.named(name)
    status = deployment.status(record)
    if as_json:
        print_json(status.as_json())
        return
    lie = record.lake.results(read_deployment().bucket)
    results().print(lake_details(status, datetime.now(UTC), lie))


def stop_lake(name: str) -> None:
    from cli.commands.predict_lake import stop_lake as stop

    deployment = _lakes_of_deployment()
    stop(deployment, deployment.records.named(name))


def follow_lake(name: str) -> None:
    """Writes rows as its parts are answered, like the command that began it."""
    from cli.commands.predict_lake import EXPIRED, watch_lake
    from cli.lake_answers import LakeExpired
    from cli.lake_view import show_end

    deployment = _lakes_of_deployment()
    record = deployment.records.named(name)
    run = deployment.run(record)
    if record.end and not record.end.has_expired:
        show_end(record, run.results)
        return
    try:
        watch_lake(run)
    except LakeExpired as error:
        raise Mistake(
            f"{record.lake.name} {EXPIRED}: `{record.lake.command}` begins anew."
        ) from error


def _lakes_of_deployment() -> LakeDeployment:
    from cli.lake_deployment import LakeDeployment

    return LakeDeployment(read_deployment())
