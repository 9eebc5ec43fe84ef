"""What others have written is told in few characters, all of which can be seen."""

from __future__ import annotations

import pytest

from pipeline.quoting import LONGEST_SHOWN, quoted, shown


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Hund", "Hund"),
        ("Blå hund 犬", "Blå hund 犬"),
        ("red\x1b[31m", r"red\x1b[31m"),
        ("two\nlines", r"two\nlines"),
        ("back\u202ewards", r"back\u202ewards"),
        ("no\u200bwidth", r"no\u200bwidth"),
        ("half\udc80", r"half\udc80"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_seen(text: str, seen: str) -> None:
    assert shown(text) == seen
    assert quoted(text) == f"“{seen}”"


@pytest.mark.parametrize("text", ["x" * 300_000, "\x00" * 300_000, "\U0010ffff" * 101])
def test_a_long_text_loses_its_middle(text: str) -> None:
    seen = shown(f"begins {text} ends")

    assert len(seen) == LONGEST_SHOWN
    assert (seen[:7], seen[-5:]) == ("begins ", " ends")


def test_a_text_of_the_greatest_length_is_told_whole() -> None:
    label = "x" * LONGEST_SHOWN

    assert shown(label) == label
