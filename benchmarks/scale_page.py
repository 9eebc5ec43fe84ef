"""docs/scale.md, out of what the runs counted and what AWS's list prices are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
An instance has two cores. On one of an AMD EPYC, ONNX Runtime takes {forward} images a second
through a network of that shape, and reading and decoding a photo of 500 pixels takes some 3 ms:
what two cores then do, rounded down, is the pace. The first is the one above.
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

# Images a second: through the backbone on one core, and on an instance with all that belongs to it.
PACES = {"mobilenet_v2": (228, 200), "resnet50": (29, 45)}


def page(results: Sequence[Result]) -> str:
    largest = max(result.images for result in results)
    full = {one.documents: one for one in results if one.images == largest}
    parts = [HEAD, *_costs(full["each"], full["none"]), *_time(full["each"], full["none"])]
    parts += _backbones(full["each"], full["none"])
    parts += [*_calls(full["each"], full["none"]), *_memory(results), _walls(full["each"])]
    return "\n".join(parts)


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
    yield "## Another backbone\n"
    yield BACKBONES.format(forward=" or ".join(f"{n} ({name})" for name, (n, _) in PACES.items()))
    yield _table(
        ("", "images a second", "hours", NAMES["each"], NAMES["none"]),
        [
            (
                name,
                str(pace),
                f"{_hours(each, pace):.1f}",
                f"{_dollars(each, pace):.2f}",
                f"{_dollars(none, pace):.2f}",
            )
            for name, (_, pace) in PACES.items()
        ],
    )


def _hours(result: Result, pace: float) -> float:
    """As long as here, but for what the instances need for the images themselves."""
    return result.hours + _work(result, pace) / result.model.instances


def _dollars(result: Result, pace: float) -> float:
    price: float = prices()["instances_per_hour"][result.model.instance]
    million = 1_000_000 / result.images
    return sum(result.dollars.values()) + _work(result, pace) * price * million


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
