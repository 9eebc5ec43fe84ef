"""Bytes sent to a server as they are, and what it answers: for clients that no library would be."""

from __future__ import annotations

import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


def connect(url: str) -> socket.socket:
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port), timeout=10)


def read_answer(connection: socket.socket) -> Answer:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return Answer(response.status, response.headers, response.read())


def exchange(url: str, sent: bytes) -> Answer:
    """One answer to what is sent; the server must hang up if it cannot go on."""
    with connect(url) as connection:
        connection.sendall(sent)
        return read_answer(connection)
