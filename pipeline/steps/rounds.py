"""One round of `reconcile`: subject after subject, each by itself, until the time is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from pipeline.ports import Services
from pipeline.rounds import KILLED, Look, Trouble, in_turn, words_of

# The function has five minutes; whoever has not had his turn by then is first next time.
LONGEST_ROUND = timedelta(minutes=3)


@dataclass(frozen=True)
class Subject:
    """What is looked after by itself, and what becomes of it when nothing helps."""

    name: str
    look: Callable[[], object]
    give_up: Callable[[str], object] = lambda _reason: None


class Round:
    """Whoever gives trouble is told of once, comes last, and is given up at patience's end."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._looks = dict(services.rounds.looks())
        self._end = services.clock.now() + LONGEST_ROUND
        self._seen: set[str] = set()

    def was_ended_by(self, name: str) -> bool:
        """Whether the look at this subject was the last thing that a round did."""
        look = self._looks.get(name)
        return look is not None and not look.ended

    def look_after(self, subjects: Sequence[Subject]) -> None:
        by_name = {subject.name: subject for subject in subjects}
        self._seen |= by_name.keys()
        for number, name in enumerate(in_turn(list(by_name), self._looks)):
            # One has his turn in any case: those before may take all the time each time.
            if number and self._services.clock.now() >= self._end:
                self._services.telemetry.log("round goes on next time", subject=name)
                return
            self._look_after(by_name[name])

    def close(self) -> None:
        """Whoever needs no care any more is forgotten."""
        for name in self._looks.keys() - self._seen:
            self._services.rounds.forget(name)

    def _look_after(self, subject: Subject) -> None:
        before, now = self._looks.get(subject.name), self._services.clock.now()
        if before and before.goes_on(now):
            return
        trouble = before.trouble if before else None
        if before and before.was_killed(now):
            trouble = self._meet(subject, KILLED, trouble)
        look = Look(began=now, trouble=trouble)
        self._services.rounds.save(subject.name, look)
        try:
            subject.look()
        except Exception as error:  # told below: the others must not wait for this one
            trouble = self._meet(subject, words_of(error), trouble)
        else:
            trouble = None
        self._services.rounds.save(subject.name, replace(look, ended=True, trouble=trouble))

    def _meet(self, subject: Subject, reason: str, before: Trouble | None) -> Trouble:
        services = self._services
        now = services.clock.now()
        trouble = Trouble(reason, before.since if before else now)
        services.telemetry.log("subject gives trouble", subject=subject.name, reason=reason)
        services.telemetry.count("ReconcileTroubles")
        if now - trouble.since >= timedelta(hours=services.settings.quota_patience_hours):
            subject.give_up(reason)
        elif not trouble.is_like(before):
            services.notices.publish(
                f"Kennel: {subject.name} cannot be looked after",
                {"subject": subject.name, "reason": reason, "tried again": "every few minutes"},
            )
        return trouble
