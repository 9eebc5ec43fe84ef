"""Images of which no event has told: S3 delivers nearly all of them, and says nearly."""

from __future__ import annotations

from datetime import timedelta

from pipeline.events import ImageDropped
from pipeline.images import Sweep
from pipeline.names import IMAGES
from pipeline.ports import Services, StoredObject
from pipeline.steps.images import take_in

# A million images are gone through in 17 hours of ticks, for half a cent.
PAGES = 10
KEYS = 1000
# Longer than a full queue takes: an image that is still in it would be predicted twice.
LEAST_AGE = timedelta(hours=1)


def take_untold_images(services: Services) -> None:
    """Goes on with the listing where the last call ended, and begins anew at its end."""
    sweep = services.images.sweep()
    for _ in range(PAGES):
        found, after = services.objects.newest_after(IMAGES, sweep.after, limit=KEYS)
        untold = take_in(
            (_dropped(one, services) for one in found if _is_due(one, services)), services
        )
        if untold:
            services.telemetry.log("images were missed", count=len(untold), first=untold[0].key)
        sweep = Sweep(after=after)
        services.images.save_sweep(sweep)
        if after is None:
            return


def _is_due(found: StoredObject, services: Services) -> bool:
    age = services.clock.now() - found.modified
    return LEAST_AGE <= age <= timedelta(days=services.settings.images_lookback_days)


def _dropped(found: StoredObject, services: Services) -> ImageDropped:
    return ImageDropped(
        bucket=services.settings.bucket,
        key=found.key,
        size=found.size,
        etag=found.etag,
        version=found.version,
    )
