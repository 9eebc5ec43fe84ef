"""`kennel predict s3://…`: predicts what already lies there, and neither copies nor drops it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cli.deployment import read_deployment
from cli.mistakes import Mistake

if TYPE_CHECKING:
    from cli.lake_answers import LakeAnswers
    from cli.lake_deployment import LakeDeployment
    from cli.lake_jobs import LakeJob
    from cli.lake_records import LakeRecord
    from cli.lake_run import LakeRun
    from cli.lake_wish import Wish
    from pipeline.lakes import Lake, Place
    from pipeline.settings import Settings

EXPIRED = "cannot be gone on with, as the bucket's lifecycle has taken its state"


def predict_lake(wish: Wish) -> None:
    from cli.lake_answers import LakeExpired
    from cli.lake_begin import agreed
    from cli.lake_deployment import LakeDeployment
    from cli.lake_view import show_end
    from cli.terminal import notes, say

    deployment = LakeDeployment(read_deployment())
    asked = _asked(wish, deployment.settings)
    before = deployment.records.newest(asked.source, asked.to, asked.form)
    if wish.stop:
        stop_lake(deployment, before)
        return
    if before is not None and before.end is None:
        try:
            _go_on(deployment.run(before), wish_is_older=_has_other_model(before, deployment))
            return
        except LakeExpired:
            before = expire(deployment.run(before))
            say(notes(), f"{before.lake.name} {EXPIRED}: it begins anew")
    if before is not None and before.end is not None and not _is_anew(before, wish, deployment):
        show_end(before, deployment.run(before).results)
        return
    lake = replace(asked, number=before.lake.number + 1) if before else asked
    _go_on(deployment.run(agreed(lake, wish, deployment)))


def _go_on(run: LakeRun, *, wish_is_older: bool = False) -> None:
    from cli.terminal import notes, say

    answers = run.answers()
    if wish_is_older:
        version = run.record.champion.version
        say(notes(), f"goes on with the model it began with, version {version}, not the newest")
    if not answers.are_whole:
        job = run.begin_or_join(answers)
        name = run.record.lake.name
        say(notes(), f"{job.name} predicts {name}; Ctrl-C leaves it at work, and --stop stops it")
        _watch(run, answers, job)
    _finish(run, answers)


def watch_lake(run: LakeRun) -> None:
    """Until the job at work has ended, with its rows written; or what is left is said."""
    answers = run.answers()
    if not answers.are_whole:
        job = run.newest()
        if job is None:
            raise Mistake(f"No job has begun: `{run.record.lake.command}` begins one.")
        _watch(run, answers, job)
    _finish(run, answers)


def _watch(run: LakeRun, answers: LakeAnswers, job: LakeJob) -> None:
    from cli.lake_run import unanswered
    from cli.lake_view import watched

    last = watched(run.looks(job, answers))
    if not answers.are_whole:
        raise unanswered(last, run.record.lake)


def _finish(run: LakeRun, answers: LakeAnswers) -> None:
    from cli.lake_view import show_end

    show_end(run.record if run.record.end else run.end(answers), run.results)


def expire(run: LakeRun) -> LakeRecord:
    """Whatever works on for it would be paid for nothing."""
    run.stop()
    return run.end(None)


def stop_lake(deployment: LakeDeployment, record: LakeRecord | None) -> None:
    from cli.terminal import notes, say

    job = None if record is None or record.end else deployment.run(record).stop()
    if job is None or record is None:
        raise Mistake("No job of this request works: nothing was stopped.")
    say(notes(), f"{job.name} stops; `{record.lake.command}` goes on with what is left")


def _asked(wish: Wish, settings: Settings) -> Lake:
    from cli.lake_rows import row_format
    from pipeline.lakes import Lake

    source = _place(wish.source)
    _check_readable(source, settings)
    to = _place(wish.to) if wish.to else None
    return Lake(source=source, to=to, form=row_format(wish.form))


def _has_other_model(record: LakeRecord, deployment: LakeDeployment) -> bool:
    champion = deployment.champion
    return champion is not None and champion.model_name != record.champion.model_name


def _is_anew(record: LakeRecord, wish: Wish, deployment: LakeDeployment) -> bool:
    """What has ended is told of, unless it has not been whole, or another model serves now."""
    assert record.end is not None
    return wish.again or record.end.has_expired or _has_other_model(record, deployment)


def _place(address: str) -> Place:
    """A prefix is a folder, with or without the stroke at its end."""
    from pipeline.lakes import Place, parse_place

    place = parse_place(address)
    if place is None:
        raise Mistake(f"{address!r} is no address in S3: write s3://bucket/prefix/.")
    if place.prefix and not place.prefix.endswith("/"):
        return Place(bucket=place.bucket, prefix=f"{place.prefix}/")
    return place


def _check_readable(source: Place, settings: Settings) -> None:
    from pipeline.lakes import readable_places

    if not any(place.covers(source) for place in readable_places(settings)):
        entry = f"{source.bucket}/{source.prefix.rpartition('/')[0]}".rstrip("/")
        given = ",".join(filter(None, (settings.predict_from, entry)))
        raise Mistake(
            f"The jobs of this deployment may not read {source}: deploy it with "
            f"--param predict_from={given}, or set predict_from in resources/settings.yml."
        )
