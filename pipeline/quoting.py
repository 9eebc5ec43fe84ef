"""Text of a user as a sentence, a log or a terminal may carry it. Calls nothing."""

from __future__ import annotations

from typing import Final

# A label has as many at most, so all of it is seen.
LONGEST_SHOWN: Final = 100
# A reason or a log line's detail: more than anybody reads, and far below what any service takes.
LONGEST_SENTENCE: Final = 2000
CUT: Final = "…"


def shown(text: str, most: int = LONGEST_SHOWN) -> str:
    """The text with what is not printable as its code, and without its middle beyond `most`.

    What a terminal would obey or hide is seen: control characters, line ends, marks that make text
    run backwards, spaces of no width, halves of characters.
    """
    if len(text) > 2 * most:
        text = text[:most] + text[-most:]  # what is cut out below anyway must not be looked at
    printable = "".join(letter if letter.isprintable() else _coded(letter) for letter in text)
    if len(printable) <= most:
        return printable
    head = 2 * most // 3
    return f"{printable[:head]}{CUT}{printable[len(printable) - (most - head - len(CUT)) :]}"


def sentence(text: str, most: int = LONGEST_SENTENCE) -> str:
    """A text of several lines as one, of a length that every store and message can hold."""
    return shown(" ".join(text[: 2 * most].split()), most)


def quoted(text: str, most: int = LONGEST_SHOWN) -> str:
    """The same in quotation marks, for the midst of a sentence."""
    return f"“{shown(text, most)}”"


def _coded(letter: str) -> str:
    return ascii(letter)[1:-1]
