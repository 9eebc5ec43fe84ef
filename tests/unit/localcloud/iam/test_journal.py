"""What was judged can be judged again later."""

from __future__ import annotations

from pathlib import Path

from localcloud.iam.evaluation import ALLOWED, Decision, Need
from localcloud.iam.journal import Journal, read_journal
from localcloud.iam.principals import Principal

WHO = Principal.service("events.amazonaws.com")
NEED = Need(action="sqs:SendMessage", resource="q", context={"aws:SourceArn": ("r",)})


def test_each_different_decision_is_written_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "decisions.jsonl")

    for decision in (ALLOWED, ALLOWED, Decision(False, "because")):
        journal.write(WHO, NEED, decision)

    assert list(read_journal(tmp_path / "decisions.jsonl")) == [
        (WHO, NEED, True),
        (WHO, NEED, False),
    ]
