"""What an examination finds: something well, worth a look or wrong, and what would help."""

from enum import StrEnum

from deskconsole.frozen import Record


class Verdict(StrEnum):
    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


class Finding(Record):
    """A verdict on one thing; `help` is what would help, where anything has to."""

    verdict: Verdict
    what: str
    help: str = ""


def ok(what: str) -> Finding:
    return Finding(Verdict.OK, what)


def look(what: str, help: str) -> Finding:
    return Finding(Verdict.LOOK, what, help)


def wrong(what: str, help: str) -> Finding:
    return Finding(Verdict.WRONG, what, help)
