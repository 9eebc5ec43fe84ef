"""What a user of the command line can get wrong, said in one sentence."""


class Mistake(Exception):  # noqa: N818 (the reader of it is a person at a terminal)
    """The user's to mend: the sentence names the thing, the rule and the mend."""
