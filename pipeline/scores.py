"""Rows of test images: what training scored, and what the serving path answered. Pure.

They come in parts, as the evaluation's job reads and writes them: image by image in one order, so
that only one part of each has to be held at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.documents import ScoredAnswer, is_unavailable, scored_answer
from pipeline.parity import NotServed, Scored, Served
from pipeline.references import load_rows

# What the answers of one part, and the scores that training has for it, may come to as text.
PART_BYTES = 20 * 1024 * 1024
# A probability as JSON, and the rest of an answer.
SCORE_BYTES = 24
ROW_BYTES = 1000


def images_per_part(classes: int, most: int) -> int:
    return min(most, PART_BYTES // (ROW_BYTES + SCORE_BYTES * classes))


def name_of(line: bytes) -> str:
    """The test image that a line of training's is about."""
    return str(json.loads(line)["object"])


def load_scores(body: bytes) -> Iterator[Scored]:
    for line in body.splitlines():
        row = json.loads(line)
        yield Scored(row["object"], row["label"], tuple(row["probabilities"]))


def load_answers(body: bytes) -> dict[str, Served | NotServed]:
    """Name of the test image to the serving path's answer; what is cut off is no answer."""
    rows = filter(None, map(scored_answer, load_rows(body)))
    return {row["key"].rpartition("/")[2]: _answer(row) for row in rows}


def _answer(row: ScoredAnswer) -> Served | NotServed:
    if probabilities := row["probabilities"]:
        return Served(tuple(probabilities), row["model"]["run"], row["model"]["digest"])
    if error := row["error"]:
        return NotServed(error["message"], awaited=is_unavailable(row))
    return NotServed("its answer has no probabilities")
