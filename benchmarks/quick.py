"""What a run takes from its zip to serving, `quick` beside `default`, as README's table tells.

Rates are measured here, as seconds of CPU on one core of this machine; how long instances take to
start is what users of SageMaker report, and an argument. Both runs are of the same data set.

    .venv/bin/python -m benchmarks.quick
    .venv/bin/python -m benchmarks.quick --train 6680 --held-out 1671 --classes 133 --start 4
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.run_rates import measured
from benchmarks.run_stages import Images, Stage, stages
from pipeline.run_settings import RunSettings, run_settings

PRESETS = ("default", "quick")


def main() -> None:
    options = _options()
    images = Images(train=options.train, held_out=options.held_out)
    with tempfile.TemporaryDirectory() as folder:
        rates = measured(Path(folder), options.backbone, images.train, options.classes)
    rates.tell()
    for preset in PRESETS:
        given = {"preset": preset, "backbone": options.backbone}
        settings = run_settings(given, defaults=RunSettings())
        _tell(preset, stages(settings, images, rates, start=options.start))


def _tell(preset: str, found: list[Stage]) -> None:
    print(
        f"\n{preset}\n| stage | job starts | of work | minutes | dollars |\n|---|---|---|---|---|"
    )
    for stage in found:
        work, minutes, dollars = stage.work_minutes, stage.minutes, stage.dollars
        print(f"| {stage.name} | {stage.starts} | {work:.1f} | {minutes:.1f} | {dollars:.3f} |")
    starts = sum(stage.starts for stage in found)
    minutes, dollars = (sum(getattr(s, n) for s in found) for n in ("minutes", "dollars"))
    print(f"| together | {starts} | | {minutes:.0f} | {dollars:.2f} |", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backbone", default="resnet50")
    parser.add_argument("--train", type=int, default=6680, help="images to train")
    parser.add_argument("--held-out", type=int, default=1671, help="images to validate and test")
    parser.add_argument("--classes", type=int, default=133)
    parser.add_argument("--start", type=float, default=4.0, help="minutes until a job works")
    return parser.parse_args()


if __name__ == "__main__":
    main()
