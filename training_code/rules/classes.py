"""The rule over classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from training_code.rules.history import History
from training_code.rules.rule import Verdict


@dataclass(frozen=True, kw_only=True)
class ClassImbalance:
    """A class has many times the images of another, or is taken for others far more often."""

    threshold_imbalance: float = 10.0
    threshold_misprediction: float = 0.7
    samples: int = 500

    FEWEST: ClassVar[int] = 10  # images of a class: of fewer, some are wrong by chance

    def judge(self, seen: History) -> Verdict | None:
        return self._of_counts(seen) or self._of_mistakes(seen) or self._sound(seen)

    def _of_counts(self, seen: History) -> Verdict | None:
        images = seen.counts.images.get("train", ()) if seen.counts else ()
        if not seen.counts or not images:
            return None
        most, least = max(images), min(images)
        if most <= self.threshold_imbalance * least:
            return None
        classes = seen.counts.classes
        large, small = classes[images.index(most)], classes[images.index(least)]
        return Verdict(
            True,
            seen.step,
            f"{large} has {most} training images and {small} {least}; up to "
            f"{self.threshold_imbalance:g} times as many are sound",
            {"most": most, "least": least},
        )

    def _of_mistakes(self, seen: History) -> Verdict | None:
        found = self._mistakes(seen)
        if found is None or not seen.counts:
            return None
        step, counts, wrong = found
        for name, images, mistaken in zip(seen.counts.classes, counts, wrong, strict=True):
            others = sum(counts) - images
            share = mistaken / images if images else 0.0
            mistaken_elsewhere = (sum(wrong) - mistaken) / others if others else 1.0
            # All wrong is no imbalance: so is every class before anything is learned.
            lags = mistaken_elsewhere < self.threshold_misprediction / 2
            if images >= self.FEWEST and share > self.threshold_misprediction and lags:
                return Verdict(
                    True,
                    step,
                    f"{name} is taken for another class {100 * share:.0f} % of the time, all "
                    f"others {100 * mistaken_elsewhere:.0f} %",
                    {"share": share, "share_of_others": mistaken_elsewhere, "images": images},
                )
        return None

    def _mistakes(self, seen: History) -> tuple[int, Sequence[int], Sequence[int]] | None:
        """Images and mistakes of each class over the last samples, of validation if it is there."""
        passes = {
            (row.phase, row.epoch): row.stats.counts
            for _, some in seen.rows_of("labels")
            for row in some
        }
        rows = [row for _, some in seen.rows_of("predictions") for row in some]
        held_out = [row for row in rows if row.phase == "valid"] or rows
        classes = len(seen.counts.classes) if seen.counts else 0
        counts, wrong = [0] * classes, [0] * classes
        for row in reversed(held_out):
            labels, mistaken = passes.get((row.phase, row.epoch)), row.stats.wrong
            if labels is None or mistaken is None:
                continue
            counts = [sum(pair) for pair in zip(counts, labels, strict=True)]
            wrong = [sum(pair) for pair in zip(wrong, mistaken, strict=True)]
            if sum(counts) >= self.samples:
                return held_out[-1].step, counts, wrong
        return None

    def _sound(self, seen: History) -> Verdict | None:
        images = seen.counts.images.get("train", ()) if seen.counts else ()
        if not images:
            return None
        numbers = {"most": max(images), "least": min(images)}
        return Verdict(False, seen.step, "the classes are even enough", numbers)
