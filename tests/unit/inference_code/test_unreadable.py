"""docs/images.md says what the decoder says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from inference_code.unreadable import MAX_PARTS, MAX_PIXELS, MAX_SCANS, MAX_SIDE, MOST, SENTENCES

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "images.md").read_text(encoding="utf-8")


def test_every_code_is_documented_with_its_sentence() -> None:
    documented = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.partition("## Codes")[2], re.M))

    assert documented == {
        code: sentence.replace("{what}", "…") for code, sentence in SENTENCES.items()
    }


def test_every_limit_is_documented() -> None:
    limits = PAGE.partition("## Limits")[2]

    assert f"| pixels | {MAX_PIXELS:,} |" in limits
    assert f"| side | {MAX_SIDE:,} pixels |" in limits
    assert f"| scans of a JPEG | {MAX_SCANS} |" in limits
    assert f"| parts of a file | {MAX_PARTS:,} |" in limits
    assert MOST == 0.75
    assert "**at least three quarters**" in limits


def test_the_codes_are_such_as_the_documents_schema_takes() -> None:
    schema = json.loads((DOCS / "prediction.schema.json").read_text(encoding="utf-8"))
    pattern = schema["$defs"]["error"]["properties"]["code"]["pattern"]

    assert all(re.search(pattern, code) for code in SENTENCES)
