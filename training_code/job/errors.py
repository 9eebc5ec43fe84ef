"""What can go wrong that a user can mend. Everything else is a bug and propagates."""

from __future__ import annotations


class InputError(Exception):
    """The user's data or settings: one sentence that names the thing, the rule and the mend."""
