"""Requests by reference are Kennel's own: what is no such request is refused as a whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inference_code.decoding import decoder_for
from inference_code.references import CONTENT_TYPE, Reference, ReferenceRequest, decode_references
from inference_code.refusals import BadRequest

IMAGE = {"key": "images/rex.jpg", "version": "v1", "etag": "e1", "size": 9}
REQUEST = {
    "schema": "kennel.references/1",
    "bucket": "kennel-dev",
    "probabilities": True,
    "max_bytes": 1000,
    "images": [IMAGE],
}


def test_a_request_names_images_and_what_may_be_read_of_them() -> None:
    unversioned = IMAGE | {"version": None, "etag": None, "of a later day": 1}

    request = decoder_for(CONTENT_TYPE)(
        json.dumps(REQUEST | {"images": [IMAGE, unversioned]}).encode() + b"\n"
    )

    first = Reference(key="images/rex.jpg", version="v1", etag="e1", size=9)
    second = Reference(key="images/rex.jpg", version=None, etag=None, size=9)
    assert request == ReferenceRequest(
        bucket="kennel-dev", images=(first, second), max_bytes=1000, probabilities=True
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "kennel.references/2"},
        {"bucket": None},
        {"max_bytes": "1000"},
        {"images": {}},
        {"images": None},
        {"images": []},
        {"images": ["images/rex.jpg"]},
        {"images": [IMAGE | {"size": -1}]},
        {"images": [IMAGE | {"key": ""}]},
        {"images": [IMAGE | {"version": 7}]},
    ],
    ids=str,
)
def test_a_line_that_kennel_would_not_write_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match=r"no kennel\.references/1 request"):
        decode_references(json.dumps(REQUEST | changes).encode())


@pytest.mark.parametrize("field", ["schema", "bucket", "max_bytes", "images"])
def test_a_line_without_a_field_that_matters_is_refused(field: str) -> None:
    shorter = {name: value for name, value in REQUEST.items() if name != field}

    with pytest.raises(BadRequest, match=field):
        decode_references(json.dumps(shorter).encode())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000], ids=repr)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        decode_references(body)
