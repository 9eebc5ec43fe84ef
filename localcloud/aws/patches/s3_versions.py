"""Listed versions are named in URL encoding where that is asked for.

moto forgets it in this one of S3's lists. XML has no way to write a control character, so that one
key that holds such a character made the list of all versions unreadable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

from localcloud.aws.patches.patch import Patch

_ENCODED: Final = ("Prefix", "Delimiter", "KeyMarker", "NextKeyMarker")
_serialized_by_moto: Callable[[S3Response, ActionResult], Any] = S3Response.serialized


def _serialized(response: S3Response, answer: ActionResult) -> Any:
    asked_for = response.querystring.get("encoding-type", [None])[0]
    if response.data.get("Action") == "ListObjectVersions" and asked_for == "url":
        answer = ActionResult(_encoded(answer.result))
    return _serialized_by_moto(response, answer)


def _encoded(listed: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: quote(value) if name in _ENCODED and value else value
        for name, value in listed.items()
    }
    for name in ("Versions", "DeleteMarkers"):
        found[name] = [row | {"Key": quote(row["Key"])} for row in found[name]]
    if "CommonPrefixes" in found:
        found["CommonPrefixes"] = [{"Prefix": quote(p["Prefix"])} for p in found["CommonPrefixes"]]
    return found | {"EncodingType": "url"}


PATCHES = (Patch(S3Response, "serialized", _serialized),)
