"""What an examination finds: something well, worth a look or wrong, and what would help."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
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
