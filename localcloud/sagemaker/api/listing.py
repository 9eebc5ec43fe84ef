"""List operations: filter, sort and page the records of a kind as SageMaker does."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.shapes import Json

DEFAULT_PAGE = 10
PAGING = {"SortBy", "SortOrder", "NextToken", "MaxResults"}
Test = Callable[[Json, Any], bool]


def after(member: str) -> Test:
    return lambda fields, moment: fields.get(member, 0.0) > moment


def before(member: str) -> Test:
    return lambda fields, moment: fields.get(member, 0.0) < moment


def _filters(name_member: str, status_member: str) -> dict[str, Test]:
    return {
        "NameContains": lambda fields, part: part.lower() in fields[name_member].lower(),
        "StatusEquals": lambda fields, status: fields.get(status_member) == status,
        "CreationTimeAfter": after("CreationTime"),
        "CreationTimeBefore": before("CreationTime"),
        "LastModifiedTimeAfter": after("LastModifiedTime"),
        "LastModifiedTimeBefore": before("LastModifiedTime"),
    }


def selected(records: Iterable[Record], request: Json, applied: Collection[str] = ()) -> list[Json]:
    """The fields of the records that pass the request's filters, in the wanted order.

    `applied` are the filters which the caller has seen to.
    """
    _refuse_unknown(request.keys() - set(applied))
    found = []
    for record in records:
        fields = record.fields()
        tests = _filters(record.kind.name_member, record.kind.status_member)
        if all(test(fields, request[k]) for k, test in tests.items() if k in request):
            found.append((_sort_value(record, request.get("SortBy", "CreationTime")), fields))
    # Without a wish SageMaker lists the newest first.
    descending = request.get("SortOrder", "Descending") == "Descending"
    found.sort(key=lambda pair: pair[0], reverse=descending)
    return [fields for _, fields in found]


def _refuse_unknown(members: set[str]) -> None:
    """A filter that would be passed over in silence would answer what was not asked for."""
    for member in sorted(members - PAGING - _filters("", "").keys()):
        instead = "this machine keeps no warm pools" if "WarmPool" in member else "leave it out"
        raise unsupported(f"{member} in lists", instead)


def _sort_value(record: Record, order: str) -> Any:
    if order == "Name":
        return record.name
    # Many have the same state: among them the older one counts as the lesser.
    return (record.status, record.created) if order == "Status" else record.created


def page(member: str, items: Sequence[Json], request: Json) -> Json:
    """One page of the answer; NextToken is where the next one begins."""
    start = position(request.get("NextToken"))
    end = start + request.get("MaxResults", DEFAULT_PAGE)
    more = {"NextToken": token(end)} if end < len(items) else {}
    return {member: list(items[start:end]), **more}


def token(start: int) -> str:
    return base64.urlsafe_b64encode(str(start).encode()).decode()


def position(text: str | None) -> int:
    if not text:
        return 0
    try:
        return int(base64.urlsafe_b64decode(text))
    except ValueError as error:
        raise invalid("Invalid pagination token.") from error


def summary(fields: Json, members: Iterable[str]) -> Json:
    return {name: fields[name] for name in members if name in fields}
