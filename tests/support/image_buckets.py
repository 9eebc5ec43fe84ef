"""A versioned bucket with images, and requests that name them as Kennel's batches do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from inference_code.references import SCHEMA, ReferenceRequest, decode_references

MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class ImageBucket:
    s3: Any
    name: str

    def put(self, key: str, body: bytes, **options: Any) -> dict[str, Any]:
        """The reference to exactly this version."""
        put = self.s3.put_object(Bucket=self.name, Key=key, Body=body, **options)
        version, etag = put["VersionId"], put["ETag"].strip('"')
        return {"key": key, "version": version, "etag": etag, "size": len(body)}

    def line(self, *images: dict[str, Any], **fields: Any) -> bytes:
        known = {"schema": SCHEMA, "bucket": self.name, "max_bytes": MAX_BYTES}
        return json.dumps({**known, "images": images, **fields}).encode()

    def request(self, *images: dict[str, Any], **fields: Any) -> ReferenceRequest:
        return decode_references(self.line(*images, **fields))
