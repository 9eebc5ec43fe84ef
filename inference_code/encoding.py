"""Answers by accepted type: JSON documents, also by lines, or floats, as array or text."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import numpy as np

from inference_code.answers import Answer
from inference_code.preprocessing import FloatArray
from inference_code.refusals import UnsupportedAccept

Encoder = Callable[[Answer], bytes]


def _encode_json(answer: Answer) -> bytes:
    """One object for one image, a list of them for an array."""
    documents = answer.documents()
    return json.dumps(documents[0] if answer.single else documents, ensure_ascii=False).encode()


def _encode_lines(answer: Answer) -> bytes:
    """One object a line. None after the last: who assembles answers by lines adds it."""
    # ASCII, as some take more than a line feed for the end of a line.
    return "\n".join(map(json.dumps, answer.documents())).encode()


def _encode_array(answer: Answer) -> bytes:
    """A .npy file, float32 [n, classes]."""
    stream = io.BytesIO()
    np.save(stream, _probability_rows(answer), allow_pickle=False)
    return stream.getvalue()


def _encode_csv(answer: Answer) -> bytes:
    """One line of floats per image."""
    rows = _probability_rows(answer)
    return "".join(",".join(str(float(p)) for p in row) + "\n" for row in rows).encode()


def _probability_rows(answer: Answer) -> FloatArray:
    """[n, classes]; not-a-number for what cannot be read: floats have no room for a reason."""
    missing = np.full(len(answer.card.classes), np.nan, dtype=np.float32)
    rows = [missing if p.probabilities is None else p.probabilities for p in answer.predictions]
    return np.stack(rows)


ENCODERS: dict[str, Encoder] = {
    "application/json": _encode_json,
    "application/jsonlines": _encode_lines,
    "application/x-npy": _encode_array,
    "text/csv": _encode_csv,
}
ANYTHING = {"", "*/*", "application/*"}


def encoder_for(accept: str) -> tuple[str, Encoder]:
    """Content type and encoder for an Accept header: the first entry that is in the table."""
    for entry in (accept or "").split(","):
        kind = entry.partition(";")[0].strip().lower()
        kind = "application/json" if kind in ANYTHING else kind
        if kind in ENCODERS:
            return kind, ENCODERS[kind]
    raise UnsupportedAccept(f"accepted type {accept!r} is none of {', '.join(ENCODERS)}")
