"""What a user of the command line can get wrong, said in one sentence."""


class Mistake(Exception):
    """The user's to mend: the sentence names the thing, the rule and the mend."""
