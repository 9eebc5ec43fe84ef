"""Reports of runs as pages: one as it lies in the bucket, or two beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.mistakes import Mistake
from pipeline.names import REPORT_PAGE, TRAINING_REPORTS, RunId, run_key, uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Sections are never in each other, and what is text of strangers in them is escaped.
SECTION = re.compile(r'<section id="([a-z]+)".*?</section>\n?', re.DOTALL)
# Of a run that is judged the whole page, of one that is being judged what its training left.
PLACES = (REPORT_PAGE, f"{TRAINING_REPORTS}{REPORT_PAGE}")


@dataclass(frozen=True)
class ReportPage:
    """A run's report, and where it lies."""

    run: str
    address: str
    html: str

    @property
    def sections(self) -> Mapping[str, str]:
        return {found[1]: found[0] for found in SECTION.finditer(self.html)}

    @property
    def head(self) -> str:
        return self.html.partition("<body>")[0]


def find_page(s3: S3Client, bucket: str, run: str) -> ReportPage | None:
    for key in (run_key(RunId(run), name) for name in PLACES):
        try:
            body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            continue
        return ReportPage(run, uri(bucket, key), body.decode())
    return None


def read_page(s3: S3Client, bucket: str, run: str) -> ReportPage:
    """
    Raises:
        Mistake: the run has no report yet, or was trained by an earlier version.
    """
    page = find_page(s3, bucket, run)
    if page is None:
        place = uri(bucket, run_key(RunId(run), REPORT_PAGE))
        raise Mistake(f"{place} does not exist (yet): it is written when the run's model is judged")
    return page


def beside_each_other(one: ReportPage, other: ReportPage) -> str:
    """A page with a column for each: the same section of both in one row."""
    if one.run == other.run:
        raise Mistake(f"{one.run} is one run: name another one to compare it with.")
    title = f"<title>Kennel: runs {one.run} and {other.run}</title>"
    head = re.sub("<title>.*?</title>", title, one.head, flags=re.DOTALL)
    return "\n".join([f'{head}<body class="both">', *_rows(one.sections, other.sections), ""])


def _rows(left: Mapping[str, str], right: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys([*left, *right]):
        # An id stands once in a page.
        second = right.get(name, "<section></section>").replace(f'id="{name}"', f'id="{name}-2"', 1)
        yield f'<div class="pairwise">{left.get(name, "<section></section>")}{second}</div>'
