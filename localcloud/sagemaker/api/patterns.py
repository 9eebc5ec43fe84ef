"""The regular expressions of SageMaker's model, written for Java, as Python ones."""

from __future__ import annotations

import re
import warnings
from functools import cache

# Python's `re` has no Unicode property classes; these are close enough to refuse what AWS refuses.
JAVA_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": r"\s",
    r"\p{M}": r"\w",
    r"\p{S}": r"$+<=>^`|~",
    r"\p{P}": r"!-/:-@_",
    r"\p{Alnum}": r"a-zA-Z0-9",
}


@cache
def compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern, or None when Python cannot express it (then it is not checked)."""
    for java, python in JAVA_CLASSES.items():
        pattern = pattern.replace(java, python)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(pattern)
    except re.error:
        return None


def matches(pattern: str, text: str) -> bool:
    expression = compiled(pattern)
    return expression is None or expression.fullmatch(text) is not None
