"""`kennel predict s3://…`: predicts what already lies there, and neither copies nor drops it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cli.deployment import Deployment, read_deployment
from cli.mistakes import Mistake

if TYPE_CHECKING:
    from cli.lake_listing import Listing
    from cli.lake_run import LakeRun, Look
    from pipeline.images import Champion
    from pipeline.lakes import Estimate, Place
    from pipeline.settings import Settings


@dataclass(frozen=True)
class Wish:
    """What stands on the command line."""

    source: str
    to: str | None
    form: str
    yes: bool
    stop: bool
    hour_price: float | None
    images_per_second: float


def predict_lake(wish: Wish) -> None:
    from cli.terminal import notes, say

    run = _run_of(wish, read_deployment())
    if wish.stop:
        _stop(run)
        return
    run.check_results()
    listing = run.list_images(_tell_of_listing)
    answers = run.answers(listing)
    if not answers.are_whole:
        if not run.is_agreed:
            _ask(run, listing, wish)
        job = run.begin_or_join(answers)
        say(notes(), f"{job.name} predicts; Ctrl-C leaves it at work, and --stop stops it")
        last = _watched(run.looks(job, answers, listing.parts))
        if not answers.are_whole:
            from cli.lake_run import unanswered

            raise unanswered(last)
    _show(run, answers.summary())


def _run_of(wish: Wish, deployment: Deployment) -> LakeRun:
    from cli.clients import s3, sagemaker
    from cli.connection import runs_api
    from cli.lake_jobs import LakeJobs
    from cli.lake_rows import row_format
    from cli.lake_run import LakeRun
    from pipeline.aws.s3_objects import S3Objects
    from pipeline.lakes import Lake

    api = runs_api(deployment)
    health = api.serving()
    settings = _settings(health, deployment)
    source = _place(wish.source)
    _check_readable(source, settings)
    to = _place(wish.to) if wish.to else None
    champion = _champion(api.run(health["serving"]["run"]), settings)
    lake = Lake(source=source, to=to, form=row_format(wish.form), champion=champion)
    jobs = LakeJobs(sagemaker(), lake, settings)
    return LakeRun(lake, settings, jobs, lambda bucket: S3Objects(s3(), bucket))


def _settings(health: Mapping[str, Any], deployment: Deployment) -> Settings:
    """As far as a transform job needs them: what it does is its model's."""
    from pipeline.settings import Settings

    return Settings(
        service=health["service"],
        stage=health["stage"],
        region="",
        bucket=deployment.bucket,
        table="",
        topic_arn="",
        role_arn="",
        dead_letters_url="",
        training_image="",
        inference_image="",
        **health["transform"],
    )


def _champion(run: Mapping[str, Any], settings: Settings) -> Champion:
    from pipeline.images import Champion
    from pipeline.names import RunId, job_name

    id_ = RunId(run["run"])
    return Champion(
        run=id_,
        version=run["model"]["version"],
        digest=run["model"]["digest"],
        model_name=job_name(settings, "model", id_),
    )


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


def _tell_of_listing(listing: Listing) -> None:
    from cli.run_status import many
    from cli.terminal import notes, say

    if listing.parts % 25 == 1:
        say(notes(), f"listed {many(listing.images, 'image')} so far")


def _ask(run: LakeRun, listing: Listing, wish: Wish) -> None:
    """What it will come to is agreed to once; a job for the rest asks for nothing."""
    import typer

    from cli.terminal import notes, say
    from pipeline.lakes import Estimate

    estimate = Estimate(
        images=listing.images,
        instances=run.instances(listing.images),
        images_per_second=wish.images_per_second,
        hour_price=wish.hour_price or run.hour_price,
    )
    say(notes(), _sentence(estimate, listing))
    if not wish.yes:
        if not notes().is_terminal:
            raise Mistake("Nothing has begun, as nobody can be asked here: give --yes to begin.")
        if not typer.confirm("Begin?", err=True):
            raise Mistake("Nothing has begun; what was listed is kept for the next time.")
    run.agree(estimate, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")


def _sentence(estimate: Estimate, listing: Listing) -> str:
    from cli.run_status import many
    from pipeline.lakes import PRICES_OF

    price = (
        "give --hour-price for dollars"
        if estimate.dollars is None
        else f"some ${estimate.dollars:.2f} at ${estimate.hour_price} an hour (list price of "
        f"us-east-1, {PRICES_OF}, unless given) with as many GETs as images"
    )
    return (
        f"{many(estimate.images, 'image')} ({listing.bytes / 1e9:.3g} GB) on "
        f"{many(estimate.instances, 'instance')}: some {estimate.instance_hours:.2f} "
        f"instance-hours at {estimate.images_per_second:g} images a second each, {price}"
    )


def _watched(looks: Iterator[Look]) -> Look:
    """A bar for a person, a line a change in a log."""
    import typer
    from rich.progress import Progress

    from cli.terminal import notes, say

    console, before = notes(), -1
    try:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("parts answered", total=None)
            for look in looks:
                bar.update(task, completed=look.settled, total=look.parts)
                if look.settled != before and not console.is_terminal:
                    say(console, f"{look.settled} of {look.parts} parts are answered")
                before = look.settled
    except KeyboardInterrupt:
        say(console, "the job goes on; the same command comes back to it, with --stop it ends")
        raise typer.Exit(130) from None
    return look


def _stop(run: LakeRun) -> None:
    from cli.terminal import notes, say

    job = run.stop()
    if job is None:
        raise Mistake("No job of this request works: nothing was stopped.")
    say(notes(), f"{job.name} stops; the same command without --stop goes on with what is left")


def _show(run: LakeRun, summary: Mapping[str, int]) -> None:
    from cli.terminal import coloured, notes, print_line, results, say, table

    console = results()
    rows = [(coloured(word), str(count)) for word, count in sorted(summary.items())]
    console.print(table(console, ("outcome", ">images"), rows))
    print_line(f"the rows lie in {run.results}")
    if summary.get("not_readable"):
        say(
            notes(),
            "not_readable: the jobs' role was refused; a bucket of another account, or a KMS key, "
            "must allow it by its own policy",
        )
