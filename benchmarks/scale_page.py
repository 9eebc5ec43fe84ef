"""docs/scale.md, out of what the runs counted and what AWS's list prices are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.bill import prices
from benchmarks.scale_results import Result

PROJECT = Path(__file__).parents[1]
PAGE = PROJECT / "docs/scale.md"
RESULTS = PROJECT / "docs/scale.json"

NAMES = {"each": "a document each", "none": "rows alone"}
LEAST_CALLS = 0.0005  # an image; what is rarer costs nothing
IF_CHARGED = 1.0  # dollars a million: what AWS asks for events of S3, should they not be free

HEAD = """\
# A million images

Written by `python -m benchmarks.million`: a million dropped images through the deployed handlers,
steps and adapters, on an AWS in memory below botocore. What an image costs is counted. A test holds
this page to `docs/scale.json` and `benchmarks/prices.json`; by other prices
`python -m benchmarks.million --page` writes it anew.
"""

LEFT_OUT = """\
Not counted: putting the images there, which their owner pays ({put:.2f} dollars a million),
storage, and logs. S3 tells EventBridge of every object that is put: {events:.2f} events an image
with documents, {fewer:.2f} with rows alone. AWS's pages differ on whether these are free. Here they
are (`eventbridge_s3_events_per_million`); at a dollar a million they would add {more:.2f} and
{less:.2f} dollars.
"""

GIVEN = """\
Given: {instances} instances {instance} (`max_instances`), {minutes:g} minutes until a job predicts,
{paid:g} of which are paid, and {pace:g} images a second on each. All images are dropped at once.
"""

BACKBONES = """\
The pace follows a rule: an instance has two cores (four processors, two to a core), which work
{busy:.0%} of the time, as `python -m benchmarks.batches` finds it. An image takes what its network
needs, and {around:g} ms of a core to be read and decoded, as a photo of 500 pixels. On one core
of an AMD EPYC, ONNX Runtime takes {forward} images a second through
a network of that shape. {default} is the default backbone.
"""

INSTANCES = """\
`transform_instance` chooses the type. Both have as many cores, and are reckoned to be equally fast,
though those of ml.c5 have the higher clock. AWS's own processors are older than the one measured
on: at a fifth less, {slow} images a second, {backbone} costs {each:.2f} and {none:.2f} dollars.
"""

MEMORY = """\
Its imports, and the most that a traced call had at once; seconds as Lambda would bill them, at
30 ms a call to S3 or DynamoDB, sixteen side by side.
"""

WALLS = """\
## The first wall that is left

All images stand in one partition of the table, which takes 1,000 writes a second: a million are
taken in within {minutes:.0f} minutes, and more at once wait in the queue, up to 14 days. Behind it
stand the instances: {instances} of them predict {pace:,.0f} images an hour. {lists:,} waiting lists
are looked at, the oldest first, which hold {lists_images:.0f} million images: what waits behind
them waits for its turn. Images of which no event told are looked for 10,000 at a time, every ten
minutes: a bucket of a million is gone through in 17 hours.
"""

DEFAULT = "resnet50"
FORWARD = {DEFAULT: 29, "mobilenet_v2": 228}  # images a second through the network, on one core
CORES = 2  # of an instance
BUSY = 0.88  # of the cores' time, measured
AROUND_MS = 3.0  # of a core: an image read, decoded, and resized


def page(results: Sequence[Result]) -> str:
    largest = max(result.images for result in results)
    full = {one.documents: one for one in results if one.images == largest}
    parts = [HEAD, *_costs(full["each"], full["none"]), *_time(full["each"], full["none"])]
    parts += _backbones(full["each"], full["none"])
    parts += [*_calls(full["each"], full["none"]), *_memory(results), _walls(full["each"])]
    return "\n".join(parts)


def pace_of(backbone: str) -> int:
    """Images a second on an instance, by the rule that the page states."""
    return round(CORES * BUSY * 1000 / (1000 / FORWARD[backbone] + AROUND_MS))


def _costs(each: Result, none: Result) -> Iterator[str]:
    price = prices()
    rows = [
        (service, f"{cost:.2f}", f"{none.dollars[service]:.2f}")
        for service, cost in each.dollars.items()
    ]
    sums = [f"**{sum(one.dollars.values()):.2f}**" for one in (each, none)]
    yield f"## Dollars, by list prices of {price['region']} on {price['as_of']}\n"
    yield _table(
        ("for a million images", NAMES["each"], NAMES["none"]), [*rows, ("together", *sums)]
    )
    events, fewer = (one.bill.object_events / one.images for one in (each, none))
    yield LEFT_OUT.format(
        put=price["s3_put_copy_list_per_million"],
        events=events,
        fewer=fewer,
        more=events * IF_CHARGED,
        less=fewer * IF_CHARGED,
    )


def _time(each: Result, none: Result) -> Iterator[str]:
    model = each.model
    yield "## Time\n"
    yield GIVEN.format(
        instances=model.instances,
        instance=model.instance,
        minutes=model.start_minutes,
        paid=model.paid_start_minutes,
        pace=model.images_per_second,
    )
    yield _table(
        ("", NAMES["each"], NAMES["none"]),
        [
            ("jobs", str(each.jobs), str(none.jobs)),
            ("hours until the last answer", f"{each.hours:.1f}", f"{none.hours:.1f}"),
            (
                "hours of instances",
                f"{each.bill.instance_hours:.1f}",
                f"{none.bill.instance_hours:.1f}",
            ),
        ],
    )


def _backbones(each: Result, none: Result) -> Iterator[str]:
    forward = " or ".join(f"{number} ({name})" for name, number in FORWARD.items())
    yield "## Another backbone, another instance\n"
    yield BACKBONES.format(busy=BUSY, around=AROUND_MS, forward=forward, default=DEFAULT)
    yield _table(
        ("", "instance", "images a second", "hours", NAMES["each"], NAMES["none"]),
        [
            (
                name,
                instance,
                str(pace),
                f"{_hours(each, pace):.1f}",
                f"{_dollars(each, pace, instance):.2f}",
                f"{_dollars(none, pace, instance):.2f}",
            )
            for name, pace in ((name, pace_of(name)) for name in FORWARD)
            for instance in prices()["instances_per_hour"]
        ],
    )
    slow, instance = round(0.8 * pace_of(DEFAULT)), each.model.instance
    costs = {one.documents: _dollars(one, slow, instance) for one in (each, none)}
    yield INSTANCES.format(slow=slow, backbone=DEFAULT, **costs)


def _hours(result: Result, pace: float) -> float:
    """As long as here, but for what the instances need for the images themselves."""
    return result.hours + _work(result, pace) / result.model.instances


def _dollars(result: Result, pace: float, instance: str) -> float:
    on_it = replace(result, model=replace(result.model, instance=instance))
    price: float = prices()["instances_per_hour"][instance]
    million = 1_000_000 / result.images
    return sum(on_it.dollars.values()) + _work(result, pace) * price * million


def _work(result: Result, pace: float) -> float:
    """Hours of instances more than here."""
    return result.images / 3600 * (1 / pace - 1 / result.model.images_per_second)


def _calls(each: Result, none: Result) -> Iterator[str]:
    def told(result: Result, name: str) -> str:
        return f"{result.bill.calls.get(name, 0) / result.images:.4f}"

    names = sorted(each.bill.calls, key=lambda name: -each.bill.calls[name])
    often = [name for name in names if each.bill.calls[name] >= LEAST_CALLS * each.images]
    yield "## Calls an image\n"
    yield _table(
        ("", NAMES["each"], NAMES["none"]),
        [(name, told(each, name), told(none, name)) for name in often],
    )


def _memory(results: Sequence[Result]) -> Iterator[str]:
    """Side by side, so that it shows whether memory grows with the number of images."""
    shown = [one for one in results if one.documents == "each"]
    yield "## Memory and time of each function\n"
    yield MEMORY
    heads = [f"MB, {one.images:,} images" for one in shown]
    largest = shown[-1].functions
    yield _table(
        ("", *heads, "MB it may have", "most seconds", "time-out"),
        [
            (
                name,
                *(f"{one.functions[name].most_megabytes:.0f}" for one in shown),
                str(figures.configured_megabytes),
                f"{figures.most_seconds:.0f}",
                f"{figures.timeout_seconds:.0f}",
            )
            for name, figures in largest.items()
        ],
    )


def _walls(result: Result) -> str:
    model = result.model
    calls = result.functions["on_images_dropped"].calls
    lists = 10_000
    return WALLS.format(
        minutes=result.images / 1000 / 60,
        instances=model.instances,
        pace=model.instances * model.images_per_second * 3600,
        lists=lists,
        lists_images=lists * result.images / calls / 1_000_000,
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
