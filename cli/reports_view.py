"""The reports on a data set as lines of text. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cli.reports import Report, Reports
from cli.run_status import counted, many

MOST_IMAGES = 20  # of a kind; the report itself has all


def report_lines(reports: Reports) -> Iterator[str]:
    yield from _gate(reports.dataset)
    if reports.preparation is None:
        yield ""
        yield "preparation: no report"
    else:
        yield ""
        yield from _preparation(reports.preparation)


def _gate(report: Report) -> Iterator[str]:
    found = report.content
    verdict = "accepted" if found["accepted"] else "refused"
    yield f"gate: {found['key']} is {verdict} ({report.address})"
    if found["counts"]:
        yield f"  images: {counted(found['counts'])} in {many(len(found['classes']), 'class')}"
    for finding in found["findings"]:
        yield f"  {finding['severity']}: {finding['message']}"
    if not found["findings"]:
        yield "  nothing was found wrong"
    yield from _ignored(found["ignored"]["count"], found["ignored"]["entries"])


def _preparation(report: Report) -> Iterator[str]:
    found = report.content
    yield f"preparation: {counted(found['counts'])} are used ({report.address})"
    yield from (f"  warning: {text}" for text in found["warnings"])
    yield from _images("corrupt", found["corrupt"], "{member} ({split}): {reason}")
    yield from _images(
        "left out as duplicates", found["duplicates"], "{member} shows the same as {same_as}"
    )
    yield from _ignored(found["ignored"]["count"], found["ignored"]["members"])


def _images(kind: str, rows: Sequence[Mapping[str, Any]], form: str) -> Iterator[str]:
    if rows:
        yield f"  {many(len(rows), 'image')} {kind}:"
    yield from (f"    {form.format_map(row)}" for row in rows[:MOST_IMAGES])
    if len(rows) > MOST_IMAGES:
        yield f"    … and {len(rows) - MOST_IMAGES} more: see the report"


def _ignored(count: int, names: Sequence[str]) -> Iterator[str]:
    if count:
        shown = ", ".join(names[:MOST_IMAGES])
        yield f"  ignored, as they are no images: {shown}{' …' if count > MOST_IMAGES else ''}"
