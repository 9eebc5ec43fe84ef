"""What runs the account's functions: nothing at first, the deployed functions once connected.

moto's patches reach them here, so that the account need not know how functions run.
"""

from __future__ import annotations

import json
from typing import Protocol

Answer = tuple[int, dict[str, str], bytes]


class Lambda(Protocol):
    """Functions, each known by its name or ARN."""

    def invoke(self, function: str, payload: bytes, *, kind: str, tail: bool) -> Answer:
        """Lambda's Invoke operation: the answer for its caller, refusals included."""
        ...

    def invoke_later(self, function: str, payload: bytes) -> str:
        """Accept an event, with Lambda's retries; return the request id."""
        ...


def refusal(status: int, code: str, body: dict[str, str]) -> Answer:
    headers = {"Content-Type": "application/json", "X-Amzn-ErrorType": code}
    return status, headers, json.dumps({"Type": "User", **body}).encode()


def not_found(function: str) -> Answer:
    message = f"Function not found: {function}"
    return refusal(404, "ResourceNotFoundException", {"Message": message})


class _NoFunctions:
    """The account before its first deploy has ended."""

    def invoke(self, function: str, payload: bytes, *, kind: str, tail: bool) -> Answer:  # noqa: ARG002
        return not_found(function)

    def invoke_later(self, function: str, payload: bytes) -> str:  # noqa: ARG002
        raise LookupError(f"{function}: no function is deployed yet")


_connected: list[Lambda] = [_NoFunctions()]


def connect(functions: Lambda) -> None:
    """From now on moto's events and Lambda's Invoke reach these functions."""
    _connected[:] = [functions]


def disconnect() -> None:
    _connected[:] = [_NoFunctions()]
    _addresses.clear()


def functions() -> Lambda:
    return _connected[0]


_addresses: dict[str, str] = {}


def answer_at(address: str, local: str) -> None:
    """Clients that are told of AWS's `address` find it at the `local` one."""
    _addresses[address] = local


def local_address(text: str) -> str:
    """`text` with AWS's address at its beginning, if it is one that this machine answers."""
    for address, local in _addresses.items():
        if text.startswith(address):
            return local + text.removeprefix(address)
    return text
