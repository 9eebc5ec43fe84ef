"""Text of others as a terminal may have it: what would steer it, or turn it round, is spelled out.

Keys, class names, reasons and logs come from whoever made the zip, the image or the job.
"""

from __future__ import annotations

import json
import re
from typing import Any

# Control characters but for the line's end and the tabulator; marks that turn the direction of
# reading or cannot be seen; halves of characters, as Python names bytes that are not UTF-8.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def printable(text: str) -> str:
    """Text of any number of lines; colours are left out, a progress bar's steps are lines."""
    plain = _COLOUR.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNSAFE.sub(_spelled, plain)


def printable_line(text: str) -> str:
    """The same in one line: an end of a line in a file's name must not look like a new entry."""
    return _UNSAFE.sub(_spelled, text).replace("\n", r"\n").replace("\t", " ")


def printable_json(answer: Any) -> str:  # Any: whatever JSON can hold
    """JSON of the same value, which only spells such characters in its own way."""
    return _UNSAFE.sub(_json_escape, json.dumps(answer, indent=2, ensure_ascii=False))


def _spelled(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return ascii(found[0])[1:-1]


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
