"""Rows as Parquet: one flat table, as Athena, DuckDB and pandas read it. Needs pyarrow."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.documents import SCHEMA as DOCUMENT_SCHEMA
from pipeline.documents import TIME

PREDICTION = pa.struct(
    [
        pa.field("label", pa.string(), nullable=False),
        pa.field("index", pa.int32(), nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
    ]
)
# docs/cli.md tells what each column says; it only grows, at its end.
COLUMNS = pa.schema(
    [
        pa.field("bucket", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("version", pa.string()),
        pa.field("etag", pa.string()),
        pa.field("width", pa.int32()),
        pa.field("height", pa.int32()),
        pa.field("format", pa.string()),
        pa.field("decision", pa.string()),
        pa.field("label", pa.string()),
        pa.field("probability", pa.float64()),
        pa.field("predictions", pa.list_(PREDICTION), nullable=False),
        pa.field("error_code", pa.string()),
        pa.field("error_message", pa.string()),
        pa.field("warnings", pa.list_(pa.string()), nullable=False),
        pa.field("model_run", pa.string(), nullable=False),
        pa.field("model_version", pa.int32(), nullable=False),
        pa.field("model_digest", pa.string(), nullable=False),
        pa.field("predicted_at", pa.timestamp("ms", tz="UTC"), nullable=False),
    ],
    metadata={"kennel.schema": DOCUMENT_SCHEMA},
)


def dump_parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A file of one row group."""
    table = pa.Table.from_pylist([_columns(row) for row in rows], schema=COLUMNS)
    body = io.BytesIO()
    # Snappy, as every reader of Parquet knows it.
    pq.write_table(table, body, row_group_size=max(1, len(rows)), compression="snappy")
    return body.getvalue()


def _columns(row: Mapping[str, Any]) -> dict[str, Any]:
    image, error, model = row["image"], row["error"] or {}, row["model"]
    best = row["predictions"][0] if row["predictions"] else {}
    return {
        **{name: image[name] for name in ("bucket", "key", "version", "etag")},
        **{name: image[name] for name in ("width", "height", "format")},
        "decision": row["decision"],
        "label": best.get("label"),
        "probability": best.get("probability"),
        "predictions": row["predictions"],
        "error_code": error.get("code"),
        "error_message": error.get("message"),
        "warnings": row["warnings"],
        **{f"model_{name}": model[name] for name in ("run", "version", "digest")},
        "predicted_at": datetime.strptime(row["predicted_at"], TIME).replace(tzinfo=UTC),
    }
