"""The forms that the rows of a lake may have: one file a part, made of what documents say."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import get_args

from cli.mistakes import Mistake
from pipeline.documents import DocumentFields, dump
from pipeline.lakes import RowFormat

CONTENT_TYPES = {
    "jsonl": "application/jsonlines",
    "parquet": "application/vnd.apache.parquet",
}


def row_format(text: str) -> RowFormat:
    """
    Raises:
        Mistake: there is no such form, or what writes it is not installed.
    """
    for known in get_args(RowFormat):
        if text == known:
            _check_installed(known)
            found: RowFormat = known
            return found
    raise Mistake(f"--format {text} is not known: it is {' or '.join(get_args(RowFormat))}.")


def dump_rows(rows: Sequence[DocumentFields], form: RowFormat) -> bytes:
    if form == "parquet":
        from cli.lake_parquet import dump_parquet

        return dump_parquet(rows)
    return b"".join(dump(row) + b"\n" for row in rows)


def _check_installed(form: RowFormat) -> None:
    if form == "parquet" and importlib.util.find_spec("pyarrow") is None:
        raise Mistake(
            "--format parquet needs pyarrow, which is not installed: "
            "`pip install 'kennel[parquet]'`, or `pip install pyarrow`."
        )
