"""Temporary credentials: good for their session, then no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from localcloud.iam.principals import Principal
from localcloud.iam.sessions import KeyExpired, Sessions, UnknownKey

START = datetime(2026, 11, 24, tzinfo=UTC)
WORKER = Principal.session("arn:aws:iam::123456789012:role/path/worker", "one")


def test_a_session_is_found_by_key_and_token() -> None:
    sessions = Sessions()

    issued = sessions.issue(WORKER, timedelta(hours=1))

    assert sessions.find(issued.key, issued.token).principal == WORKER
    assert WORKER.arn == "arn:aws:sts::123456789012:assumed-role/worker/one"
    assert issued.key.startswith("ASIA")


def test_another_token_or_key_is_nobody_s() -> None:
    sessions = Sessions()
    issued = sessions.issue(WORKER, timedelta(hours=1))

    for key, token in [(issued.key, ""), (issued.key, "é"), ("ASIAX", issued.token)]:
        with pytest.raises(UnknownKey):
            sessions.find(key, token)


def test_a_session_ends() -> None:
    moments = iter([START, START + timedelta(minutes=59), START + timedelta(hours=1)])
    sessions = Sessions(lambda: next(moments))
    issued = sessions.issue(WORKER, timedelta(hours=1))

    assert sessions.find(issued.key, issued.token) == issued
    with pytest.raises(KeyExpired):
        sessions.find(issued.key, issued.token)


def test_withdrawn_credentials_are_unknown() -> None:
    sessions = Sessions()
    issued = sessions.issue(WORKER, timedelta(hours=1))

    sessions.withdraw(issued)

    with pytest.raises(UnknownKey):
        sessions.find(issued.key, issued.token)
