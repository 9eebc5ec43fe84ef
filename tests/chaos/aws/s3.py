"""S3 in memory: one versioned bucket and its conditional writes."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import unquote

from botocore.response import StreamingBody

from tests.chaos.aws.object_store import ObjectStore, Version
from tests.chaos.aws.wire import Answer, Params, Refused

MOST_KEYS = 1000
LONGEST_COPY = 5 * 1024**3


class MemoryS3(ObjectStore):
    def put_object(self, given: Params) -> Answer:
        self._check_conditions(given)
        version = self.put(given["Key"], _bytes(given.get("Body", b"")))
        return {"ETag": f'"{version.etag}"', "VersionId": version.id}

    def copy_object(self, given: Params) -> Answer:
        self._check_conditions(given)
        found = self._get(*_source(given["CopySource"]))
        expected = given.get("CopySourceIfMatch")
        if expected and expected.strip('"') != found.etag:
            raise _precondition_failed("x-amz-copy-source-If-Match")
        body = found.body or b""
        if len(body) > LONGEST_COPY:
            raise Refused("InvalidRequest", "The specified copy source is larger than 5 GB")
        version = self.put(given["Key"], body, "ObjectCreated:Copy")
        return {"CopyObjectResult": {"ETag": f'"{version.etag}"'}, "VersionId": version.id}

    def get_object(self, given: Params) -> Answer:
        found = self._asked(given)
        body = found.body or b""
        answer = _described(found)
        if "Range" in given:
            start, end = _range(given["Range"], len(body))
            answer["ContentRange"] = f"bytes {start}-{end - 1}/{len(body)}"
            body = body[start:end]
        stream = StreamingBody(io.BytesIO(body), len(body))
        return {**answer, "ContentLength": len(body), "Body": stream}

    def head_object(self, given: Params) -> Answer:
        try:
            return _described(self._asked(given))
        except Refused as refused:  # without a body S3 has no words, only the status
            status = refused.status
            names = {404: "Not Found", 412: "Precondition Failed"}
            raise Refused(str(status), names[status], status=status) from refused

    def list_objects_v2(self, given: Params) -> Answer:
        most = min(given.get("MaxKeys", MOST_KEYS), MOST_KEYS)
        after = given.get("ContinuationToken") or given.get("StartAfter")
        contents: list[dict[str, Any]] = []
        for key in self.below(given.get("Prefix", ""), after):
            if len(contents) == most:
                last = contents[-1]["Key"]
                return {"Contents": contents, "IsTruncated": True, "NextContinuationToken": last}
            contents.append(_listed(self.versions[key][-1]))
        answer: Answer = {"IsTruncated": False, "KeyCount": len(contents)}
        return {**answer, "Contents": contents} if contents else answer

    def list_object_versions(self, given: Params) -> Answer:
        """Whole keys a page: a version's marker is answered, and not needed again."""
        most = min(given.get("MaxKeys", MOST_KEYS), MOST_KEYS)
        prefix, after = given.get("Prefix", ""), given.get("KeyMarker") or ""
        versions: list[dict[str, Any]] = []
        markers: list[dict[str, Any]] = []
        answer: Answer = {"IsTruncated": False, "Versions": versions, "DeleteMarkers": markers}
        last = ""
        for key in self.all_below(prefix, after):
            held = self.versions[key]
            if last and len(versions) + len(markers) + len(held) > most:
                more = {"NextKeyMarker": last, "NextVersionIdMarker": self.versions[last][0].id}
                return {**answer, "IsTruncated": True, **more}
            for one in reversed(held):
                told = {**_listed(one), "VersionId": one.id, "IsLatest": one is held[-1]}
                (markers if one.body is None else versions).append(told)
            last = key
        return answer

    def delete_object(self, given: Params) -> Answer:
        self.remove(given["Key"], given.get("VersionId"))
        return {}

    def delete_objects(self, given: Params) -> Answer:
        named = given["Delete"]["Objects"]
        if len(named) > MOST_KEYS:
            raise Refused("MalformedXML", "The XML you provided was not well-formed")
        for one in named:
            self.remove(one["Key"], one.get("VersionId"))
        return {}

    def put_object_tagging(self, given: Params) -> Answer:
        self._get(given["Key"], given.get("VersionId"))
        self.tags[given["Key"]] = given["Tagging"]["TagSet"]
        return {}

    def _asked(self, given: Params) -> Version:
        found = self._get(given["Key"], given.get("VersionId"))
        if "IfMatch" in given and given["IfMatch"].strip('"') != found.etag:
            raise _precondition_failed("If-Match")
        return found

    def _get(self, key: str, version: str | None) -> Version:
        found = self.find(key, version)
        if found is None and version is not None:
            raise Refused("NoSuchVersion", "The specified version does not exist.", status=404)
        if found is None:
            raise Refused("NoSuchKey", "The specified key does not exist.", status=404)
        return found

    def _check_conditions(self, given: Params) -> None:
        found = self.find(given["Key"])
        if given.get("IfNoneMatch") == "*" and found:
            raise _precondition_failed("If-None-Match")
        if "IfMatch" in given:
            if found is None:
                raise Refused("NoSuchKey", "The specified key does not exist.", status=404)
            if given["IfMatch"].strip('"') != found.etag:
                raise _precondition_failed("If-Match")


def _source(origin: str) -> tuple[str, str | None]:
    """Key and version, out of the text that botocore makes of the caller's dictionary."""
    path, _, version = origin.partition("?versionId=")
    return unquote(path).partition("/")[2], version or None


def _precondition_failed(condition: str) -> Refused:
    message = "At least one of the pre-conditions you specified did not hold"
    return Refused("PreconditionFailed", message, status=412, Condition=condition)


def _described(found: Version) -> Answer:
    return {
        "ContentLength": len(found.body or b""),
        "ETag": f'"{found.etag}"',
        "VersionId": found.id,
        "LastModified": found.modified.replace(microsecond=0),
    }


def _listed(one: Version) -> Answer:
    told = {"Key": one.key, "LastModified": one.modified.replace(microsecond=0)}
    return told if one.body is None else told | {"Size": len(one.body), "ETag": f'"{one.etag}"'}


def _range(asked: str, size: int) -> tuple[int, int]:
    first, _, last = asked.removeprefix("bytes=").partition("-")
    if not first:
        return max(0, size - int(last)), size
    if int(first) >= size:
        raise Refused("InvalidRange", "The requested range is not satisfiable", status=416)
    return int(first), min(size, int(last) + 1) if last else size


def _bytes(body: Any) -> bytes:
    return bytes(body.read()) if hasattr(body, "read") else bytes(body)
