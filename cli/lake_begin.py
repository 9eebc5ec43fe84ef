"""The beginning of a run over what lies in S3: listed, told what it will come to, agreed to."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from cli.lake_deployment import LakeDeployment
from cli.lake_listing import Listing, listing_of
from cli.lake_records import LakeRecord
from cli.lake_run import instances_for
from cli.lake_wish import Wish
from cli.mistakes import Mistake
from cli.run_status import many
from cli.terminal import notes, say
from pipeline.lakes import PRICES, PRICES_OF, Estimate, Lake
from pipeline.settings import Settings


def agreed(lake: Lake, wish: Wish, deployment: LakeDeployment) -> LakeRecord:
    """What it will come to is asked once; a further job, for the rest, asks for nothing."""

    champion = deployment.champion
    if champion is None:
        raise Mistake("No model serves yet: `kennel runs follow` shows how far one has come.")
    settings = deployment.settings
    _check_results(lake, deployment, settings.bucket)
    listing = listing_of(
        lake,
        deployment.bucket(lake.source.bucket),
        deployment.bucket(settings.bucket),
        max_bytes=settings.max_image_bytes,
        tell=_tell_of_listing,
    )
    if not listing.images:
        raise Mistake(f"{lake.source} holds nothing to predict: name another prefix.")
    estimate = _ask(listing, wish, settings)
    return deployment.records.add(
        LakeRecord(
            lake=lake,
            champion=champion,
            began=datetime.now(UTC).replace(microsecond=0),
            parts=listing.parts,
            images=listing.images,
            instance_hours=round(estimate.instance_hours, 3),
            hour_price=estimate.hour_price,
            dollars=estimate.dollars,
        )
    )


def _check_results(lake: Lake, deployment: LakeDeployment, bucket: str) -> None:
    """Rows of another run must not be lost below these."""
    place = lake.results(bucket)
    if lake.source.covers(place):
        raise Mistake(f"{place} lies within {lake.source}: name another --to.")
    found = deployment.bucket(place.bucket).list(f"{place.prefix}part-", limit=1)
    if found:
        raise Mistake(f"{place} holds results of another run ({found[0]}): name another --to.")


def _ask(listing: Listing, wish: Wish, settings: Settings) -> Estimate:

    estimate = Estimate(
        images=listing.images,
        instances=min(settings.max_instances, instances_for(listing.images)),
        images_per_second=wish.images_per_second,
        hour_price=wish.hour_price or PRICES.get(settings.transform_instance),
    )
    say(notes(), _sentence(estimate, listing))
    if not wish.yes:
        if not notes().is_terminal:
            raise Mistake("Nothing has begun, as nobody can be asked here: give --yes to begin.")
        if not typer.confirm("Begin?", err=True):
            raise Mistake("Nothing has begun; what was listed is kept for the next time.")
    return estimate


def _sentence(estimate: Estimate, listing: Listing) -> str:

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


def _tell_of_listing(listing: Listing) -> None:

    if listing.parts % 25 == 1:
        say(notes(), f"listed {many(listing.images, 'image')} so far")
