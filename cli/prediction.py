"""Prediction documents as the command line reads them, and the table of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli.run_status import percent
from cli.terminal import coloured, table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

COLUMNS = ("~image", "decision", "~breed", ">probability", "model", "~document")
ROOM_FOR_KEYS = 120  # columns of a terminal; on a narrower one a key would be a word a line


@dataclass(frozen=True, kw_only=True)
class Document:
    """What is shown of a prediction document; `answer` is all of it."""

    decision: str
    etag: str
    label: str | None
    probability: float | None
    version: int | None
    reason: str | None
    answer: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """An image as the user named it, where its document lies, and the document if it is there."""

    image: str
    document_key: str
    document: Document | None
    expected: str | None = None

    @property
    def is_right(self) -> bool:
        return self.document is not None and self.document.label == self.expected


def parse_document(answer: Mapping[str, Any]) -> Document:
    best = answer["predictions"][0] if answer["predictions"] else {}
    model, error = answer["model"] or {}, answer["error"] or {}
    return Document(
        decision=answer["decision"],
        etag=str(answer["image"]["etag"]).strip('"'),
        label=best.get("label"),
        probability=best.get("probability"),
        version=model.get("version"),
        reason=error.get("message") or error.get("code"),
        answer=answer,
    )


def prediction_table(console: Console, predictions: Sequence[Prediction]) -> Table:
    """With a column of what was expected, if anything was, and the documents' keys, if they fit."""
    columns: tuple[str, ...] = COLUMNS
    rows = [_row(prediction) for prediction in predictions]
    if any(prediction.expected for prediction in predictions):
        columns = ("~image", "expected", *COLUMNS[1:])
        rows = [(r[0], p.expected or "", *r[1:]) for p, r in zip(predictions, rows, strict=True)]
    if console.width < ROOM_FOR_KEYS:
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return table(console, columns, rows)


def as_json(prediction: Prediction) -> dict[str, Any]:
    document = prediction.document
    return {
        "image": prediction.image,
        "document_key": prediction.document_key,
        "document": dict(document.answer) if document else None,
    }


def _row(prediction: Prediction) -> tuple[str | Text, ...]:
    document = prediction.document
    if document is None:
        return (prediction.image, coloured("missing"), "", "", "", prediction.document_key)
    return (
        prediction.image,
        coloured(document.decision),
        document.label or document.reason or "",
        percent(document.probability),
        f"v{document.version}" if document.version is not None else "",
        prediction.document_key,
    )
