"""A request as it came over HTTP, and the response to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    path: str  # still encoded
    query: str = ""
    headers: Pairs = ()  # in the client's order and spelling
    body: bytes = b""
    source: str = "127.0.0.1"

    def header(self, name: str) -> str:
        """The first value of a header, by its name in small letters; empty when it is absent."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True, kw_only=True)
class Response:
    status: int
    headers: Pairs = ()
    body: bytes | Iterable[bytes] = b""  # in pieces where it is a stream
