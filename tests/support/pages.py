"""A report's page, read as a browser reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

# The attributes by which a page, its drawings included, names something to be fetched.
ADDRESSES = {"src", "href", "xlink:href", "srcset", "data", "poster", "action", "formaction"}


@dataclass
class Page(HTMLParser):
    """What it holds by section, and all that it refers to."""

    html: str
    sections: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    references: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    _section: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        found = re.findall(r"url\(([^)]*)\)|@import\s+(\S+)", self.html)
        self.references += [address for pair in found for address in pair if address]

    @property
    def fetched(self) -> list[str]:
        """References that lead out of the page."""
        return [one for one in self.references if not one.startswith(("#", "data:image/"))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "section":
            self._section = given.get("id") or ""
            self.sections[self._section] = ""
        self.references += [value or "" for name, value in attrs if name in ADDRESSES]

    def handle_data(self, data: str) -> None:
        if self._section:
            self.sections[self._section] += data
