"""What is looked after in turn: one that cannot be helped does not keep the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def do_all(tasks: Sequence[Callable[[], None]]) -> None:
    """
    Raises:
        ExceptionGroup: what went wrong, after all have been done.
    """
    errors: list[Exception] = []
    for task in tasks:
        try:
            task()
        except Exception as error:  # raised below: the others must not wait for this one
            errors.append(error)
    if errors:
        raise ExceptionGroup("some runs, batches or uploads could not be reconciled", errors)
