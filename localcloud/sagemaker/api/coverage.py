"""Which operations there are, as a page: `python -m localcloud.sagemaker.api.coverage` prints it.

SageMaker's operations grow with botocore and ours with the engine: a test holds the page to both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from localcloud.sagemaker.api.empty_lists import NEVER_THERE
from localcloud.sagemaker.api.operations import Api
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.settings import Settings
from localcloud.sagemaker.region.shapes import service_model

HEAD = """# What the local SageMaker answers

Of SageMaker's {all} operations {answered} are answered, and {empty} give the empty list that an
account without such resources has. All others are refused in one sentence. How answers differ from
AWS's is in [0021](decisions/0021-sagemaker-engine.md). This page is printed by
`python -m localcloud.sagemaker.api.coverage`.

| Resource | Answered | Always empty | Refused |
|---|---|---|---|
"""
TAIL = """
Refused altogether: {absent}.
"""
# A verb, or a verb for many at once, and what it is about.
PARTS = re.compile(r"((?:Batch)?[A-Z][a-z]+)(.*)")


def page(answered: Collection[str]) -> str:
    """The page for an engine that answers these operations."""
    resources: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for operation in service_model().operation_names:
        verb, resource = parts(operation)
        resources[resource][_column(operation, answered)].append(verb)
    absent = [name for name, columns in resources.items() if set(columns) == {"refused"}]
    rows = [_row(name, resources[name]) for name in sorted(resources.keys() - set(absent))]
    head = HEAD.format(
        all=len(service_model().operation_names),
        answered=len(answered) - len(NEVER_THERE),
        empty=len(NEVER_THERE),
    )
    return head + "".join(rows) + TAIL.format(absent=", ".join(sorted(absent)))


def _column(operation: str, answered: Collection[str]) -> str:
    if operation in NEVER_THERE:
        return "empty"
    return "answered" if operation in answered else "refused"


def parts(operation: str) -> tuple[str, str]:
    """CreateModel as Create and Model, ListModels as List and Model."""
    found = PARTS.fullmatch(operation)
    if found is None or not found.group(2):
        return operation, operation
    verb, resource = found.groups()
    if verb == "List" or resource == "Tags":
        resource = re.sub("ies$", "y", resource)
        resource = re.sub("(?<=s)es$|(?<!s)s$", "", resource)
    return verb, resource


def _row(resource: str, columns: dict[str, list[str]]) -> str:
    cells = [", ".join(columns.get(name, ())) for name in ("answered", "empty", "refused")]
    return f"| {resource} | {' | '.join(cells)} |\n".replace("|  |", "| |").replace("|  |", "| |")


def main() -> None:
    settings = Settings(
        folder=Path(),
        environments=Path(),
        aws_endpoint_url="http://localhost",
        region="us-east-1",
        account="",
        quotas={},
    )
    print(page(Api(Region(settings)).names), end="")


if __name__ == "__main__":
    main()
