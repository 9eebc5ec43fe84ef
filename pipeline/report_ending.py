"""The last section of a run's report: what serving said, what each job took, the settings. Pure.

The training's own page has no end tags (docs/decisions/0044): this goes behind it as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from pipeline.evaluation import Evaluation
from pipeline.lakes import PRICES, PRICES_OF

SECONDS_PER_HOUR = 3600
# The page of a run whose training has left none.
BARE_PAGE = b"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>Kennel: a run</title></head>
<body><section id="top"><h1>A run</h1>
<p>Its training has left no report of its own: the job's log says why.</p></section>
"""


@dataclass(frozen=True)
class JobTime:
    """A job of a run; `seconds` is None where SageMaker does not say it."""

    kind: str
    name: str
    instance: str
    seconds: float | None

    @property
    def price(self) -> float | None:
        """Dollars, by the list price of its machine."""
        if self.seconds is None or self.instance not in PRICES:
            return None
        return self.seconds / SECONDS_PER_HOUR * PRICES[self.instance]


def report_ending(
    evaluation: Evaluation, jobs: Sequence[JobTime], settings: Mapping[str, object]
) -> bytes:
    return "\n".join([*_serving(evaluation), *_jobs(jobs), *_settings(settings), ""]).encode()


def _serving(evaluation: Evaluation) -> Iterator[str]:
    parity = evaluation.parity
    said = (
        f"All {parity.compared} test images are answered as in training (largest difference in "
        f"probability {parity.largest_difference:.4f}); {evaluation.accuracy:.1%} are recognised."
        if parity.passed
        else f"The model does not serve: {parity.sentence()}."
    )
    yield f'<section id="serving"><h2>What serving said</h2>\n<p>{escape(said)}</p>\n</section>'


def _jobs(jobs: Sequence[JobTime]) -> Iterator[str]:
    yield '<section id="jobs"><h2>Jobs</h2>'
    yield '<div class="wide"><table><thead><tr><th>job</th><th>name</th><th>instance</th>'
    yield '<th class="n">seconds</th><th class="n">list price</th></tr></thead><tbody>'
    for job in jobs:
        cells = f"<td>{escape(job.kind)}</td><td>{escape(job.name)}</td>"
        cells += f"<td>{escape(job.instance)}</td>"
        seconds = "not told" if job.seconds is None else f"{job.seconds:,.0f}"
        yield f'<tr>{cells}<td class="n">{seconds}</td><td class="n">{_price(job.price)}</td></tr>'
    known = [job.price for job in jobs if job.price is not None]
    yield '<tr class="best"><td>sum</td><td></td><td></td><td class="n">'
    yield f'{sum(job.seconds or 0 for job in jobs):,.0f}</td><td class="n">'
    yield f"{_price(sum(known) if known else None)}</td></tr></tbody></table></div>"
    yield f'<p class="muted">List prices of us-east-1, {PRICES_OF}; seconds from start to end, a '
    yield "tuning's over all its trials. A new account's first jobs may be free.</p>\n</section>"


def _price(price: float | None) -> str:
    return "not known" if price is None else f"${price:.4f}"


def _settings(settings: Mapping[str, object]) -> Iterator[str]:
    yield '<section id="settings"><h2>Settings</h2><dl class="values">'
    for name, value in settings.items():
        yield f"<div><dt>{escape(name)}</dt><dd>{escape(str(value))}</dd></div>"
    yield "</dl></section>"
