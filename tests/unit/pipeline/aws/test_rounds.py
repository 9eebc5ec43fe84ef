"""What reconcile has looked at: what the fake and DynamoDB promise alike."""

from __future__ import annotations

from pipeline.ports import Rounds
from pipeline.rounds import Look, Trouble
from tests.fakes.surroundings import NOON


def test_a_look_is_found_by_its_subject_as_it_was_saved(rounds: Rounds) -> None:
    begun = Look(began=NOON)
    troubled = Look(began=NOON, ended=True, trouble=Trouble("ReadError: no archive", NOON))

    rounds.save("run a", begun)
    rounds.save("run b", troubled)

    assert rounds.looks() == {"run a": begun, "run b": troubled}


def test_a_later_look_takes_the_place_of_the_one_before(rounds: Rounds) -> None:
    rounds.save("run a", Look(began=NOON))

    rounds.save("run a", Look(began=NOON, ended=True))

    assert rounds.looks() == {"run a": Look(began=NOON, ended=True)}


def test_what_is_forgotten_is_not_found_and_may_be_forgotten_twice(rounds: Rounds) -> None:
    rounds.save("run a", Look(began=NOON))

    for _ in range(2):
        rounds.forget("run a")

    assert rounds.looks() == {}
