"""The rows of `kennel predict s3://…`: lines of JSON, or Parquet as analysts' tools read it."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest

from cli.lake_rows import dump_rows, row_format
from cli.mistakes import Mistake
from pipeline.documents import Answer, DocumentFields, fields_of
from pipeline.images import WaitingImage
from tests.support.samples import CHAMPION

AT = "2026-11-24T18:00:00Z"
BEST = {"label": "n02085620-Chihuahua", "index": 4, "probability": 0.75}
NEXT = {"label": "n02085782-Japanese_spaniel", "index": 5, "probability": 0.25}


def row(**changes: Any) -> DocumentFields:
    image = WaitingImage(key="dogs/é.jpg", size=9, etag="e1", version=changes.pop("version", None))
    answer: Answer = {
        "key": image.key,
        "version": image.version,
        "etag": image.etag,
        "image": {"width": 640, "height": 480, "format": "JPEG"},
        "decision": "accept",
        "predictions": [BEST, NEXT],
        "error": None,
        "warnings": ["partial"],
        "predicted_at": AT,
    }
    return fields_of(image, {**answer, **changes}, CHAMPION, bucket="photos")  # type: ignore[typeddict-item]


def parquet_of(*rows: DocumentFields) -> pq.ParquetFile:
    return pq.ParquetFile(io.BytesIO(dump_rows(rows, "parquet")))


def test_a_part_is_one_row_group_whose_columns_are_typed() -> None:
    file = parquet_of(row(), row())

    types = {field.name: str(field.type) for field in file.schema_arrow}

    assert (file.num_row_groups, file.metadata.num_rows) == (1, 2)
    assert types["key"] == types["label"] == types["error_code"] == "string"
    assert (types["probability"], types["model_version"]) == ("double", "int32")
    assert types["predicted_at"] == "timestamp[ms, tz=UTC]"
    assert "struct<label: string not null" in types["predictions"]


def test_a_row_tells_all_that_a_document_does() -> None:
    (found,) = parquet_of(row(version="v1")).read().to_pylist()

    assert (found["bucket"], found["key"], found["version"]) == ("photos", "dogs/é.jpg", "v1")
    assert (found["width"], found["height"], found["format"]) == (640, 480, "JPEG")
    assert (found["label"], found["probability"]) == (BEST["label"], 0.75)
    assert found["predictions"] == [BEST, NEXT]
    assert (found["decision"], found["error_code"], found["warnings"]) == (
        "accept",
        None,
        ["partial"],
    )
    assert found["model_digest"] == CHAMPION.digest
    assert found["predicted_at"] == datetime(2026, 11, 24, 18, tzinfo=UTC)


def test_an_image_without_a_decision_has_its_code() -> None:
    error = {"code": "deleted", "message": "is not there any more"}
    nothing = {"width": None, "height": None, "format": None}

    lost = row(decision=None, predictions=[], error=error, image=nothing, warnings=[])
    (found,) = parquet_of(lost).read().to_pylist()

    assert (found["decision"], found["label"], found["predictions"]) == (None, None, [])
    assert (found["error_code"], found["error_message"]) == ("deleted", "is not there any more")


def test_a_part_without_a_row_is_an_empty_table_of_the_same_columns() -> None:
    assert parquet_of().schema_arrow == parquet_of(row()).schema_arrow


def test_lines_of_json_are_the_documents_themselves() -> None:
    assert [json.loads(line) for line in dump_rows([row(), row()], "jsonl").splitlines()] == [
        row(),
        row(),
    ]


def test_without_pyarrow_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(Mistake, match=r"pip install 'kennel\[parquet\]'"):
        row_format("parquet")


def test_another_form_is_refused_by_name() -> None:
    with pytest.raises(Mistake, match="csv is not known: it is jsonl or parquet"):
        row_format("csv")
