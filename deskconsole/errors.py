"""Every error a person can meet, under one root: each message is one sentence that helps."""


class DeskError(Exception):
    """The root; `exit_code` is what the command line ends with."""

    exit_code = 1


class BadInput(DeskError):
    """What was given cannot be used: malformed, missing, or not taken here."""

    exit_code = 2


class Refused(DeskError):
    """The lifecycle does not allow it: an illegal move, or not this person's to make."""

    exit_code = 3


class NotFound(DeskError):
    """No such ticket, person or clone."""

    exit_code = 4


class Conflict(DeskError):
    """The ticket changed since it was last looked at; the message tells what happened.

    `version` is the one that whoever has read the message has now seen.
    """

    exit_code = 5

    def __init__(self, sentence: str, version: int) -> None:
        super().__init__(sentence)
        self.version = version


class SettledMeanwhile(DeskError):
    """What somebody was about to settle was settled otherwise since they looked at it.

    `words` is how, which whoever has read the message has now seen; None where it was dropped.
    """

    exit_code = 5

    def __init__(self, sentence: str, words: str | None) -> None:
        super().__init__(sentence)
        self.words = words


class StoreDown(DeskError):
    """The desk cannot be reached: no desk, a newer one, read-only, locked or damaged."""

    exit_code = 6


class Moved(StoreDown):
    """The desk was moved: `place` is where it is now."""

    def __init__(self, sentence: str, place: str) -> None:
        super().__init__(sentence)
        self.place = place


class Newer(StoreDown):
    """The desk was written by a newer version of the program."""


class Damaged(StoreDown):
    """The desk's file is no longer what was written to it."""
