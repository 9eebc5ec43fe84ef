"""IAM's wildcards: `*` stands for any characters, `?` for one, and neither leaves its ARN part."""

from __future__ import annotations

import re
from functools import lru_cache

_ARN_PARTS = 6  # arn:partition:service:region:account:resource, where the last may hold colons


def like(pattern: str, text: str) -> bool:
    return _expression(pattern).fullmatch(text) is not None


def action_matches(pattern: str, action: str) -> bool:
    """Actions know no case: `S3:getobject` is `s3:GetObject`."""
    return like(pattern.lower(), action.lower())


def arn_matches(pattern: str, arn: str) -> bool:
    """Part by part, so that a `*` for the account cannot swallow the resource as well."""
    if pattern == "*":
        return True
    wanted, given = pattern.split(":", _ARN_PARTS - 1), arn.split(":", _ARN_PARTS - 1)
    if len(wanted) != _ARN_PARTS or len(given) != _ARN_PARTS:
        return pattern == arn
    return all(map(like, wanted, given))


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.compile("".join({r"\*": ".*", r"\?": "."}.get(part, part) for part in parts), re.S)
