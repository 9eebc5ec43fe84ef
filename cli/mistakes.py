"""What a user of the command line can get wrong, said in one sentence."""

from __future__ import annotations


class Mistake(Exception):
    """The user's to mend: the sentence names the thing, the rule and the mend."""
