"""A million dropped images through the real handlers, on AWS in memory: calls, dollars, hours.

The handlers, steps and adapters are the deployed ones, botocore's validation included: what an
image costs is counted, not estimated. Time is a model: how long a job takes to start and how many
images an instance predicts a second are given, the rest follows from the events. The results are
kept in docs/scale.json, out of which docs/scale.md is written.

    python -m benchmarks.million                          both ways, 100,000 images and a million
    python -m benchmarks.million --images 20000 --documents none
    python -m benchmarks.million --page                   only docs/scale.md, as by other prices
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.scale_page import DEFAULT, PAGE, RESULTS, pace_of, page
from benchmarks.scale_results import Model, Result, dump, load
from pipeline.settings import Documents

MILLION = 1_000_000
MOST_DOLLARS = {"each": 8.0, "none": 3.0}
MOST_HOURS = 10.0


def main() -> int:
    options = _options()
    results = load(RESULTS) if options.page else list(_played(options))
    if not options.images:
        RESULTS.write_text(dump(results), encoding="utf-8")
        PAGE.write_text(page(results), encoding="utf-8")
    return int(not all(map(_is_within, results)))


def _played(options: argparse.Namespace) -> Sequence[Result]:
    # Here, as the page alone needs none of it.
    from benchmarks.scale_run import ScaleRun

    model = Model(
        instances=options.instances,
        images_per_second=options.images_per_second,
        start_minutes=options.start_minutes,
        paid_start_minutes=options.paid_start_minutes,
    )
    results = []
    ways: tuple[Documents, ...] = ("each", "none")
    for images in [options.images] if options.images else [100_000, MILLION]:
        for documents in [options.documents] if options.documents else ways:
            results.append(ScaleRun(images, documents, model).play())
            _tell(results[-1])
    return results


def _tell(result: Result) -> None:
    costs = ", ".join(f"{service} {cost:.2f}" for service, cost in result.dollars.items())
    print(
        f"{result.images:,} images, documents: {result.documents}: {result.jobs} jobs,"
        f" {result.hours:.1f} h, {sum(result.dollars.values()):.2f} dollars a million ({costs})"
    )
    for name, figures in result.functions.items():
        print(
            f"    {name}: {figures.calls} calls, {figures.most_megabytes:.0f} of"
            f" {figures.configured_megabytes} MB, {figures.most_seconds:.0f} of"
            f" {figures.timeout_seconds:.0f} s",
            flush=True,
        )


def _is_within(result: Result) -> bool:
    """Fewer than a million share the start of an instance among fewer."""
    cheap = sum(result.dollars.values()) <= MOST_DOLLARS[result.documents]
    return (cheap or result.images < MILLION) and result.hours <= MOST_HOURS


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.million",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--images", type=int, help="so many, and nothing is kept")
    parser.add_argument("--documents", choices=("each", "none"))
    parser.add_argument("--page", action="store_true", help="write docs/scale.md anew")
    parser.add_argument("--instances", type=int, default=4, help="max_instances")
    parser.add_argument(
        "--images-per-second", type=float, default=pace_of(DEFAULT), help="of an instance"
    )
    parser.add_argument("--start-minutes", type=float, default=6.0, help="of a job")
    parser.add_argument("--paid-start-minutes", type=float, default=2.0, help="of these")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
