"""The query language of the board's filter and of `deskconsole list`: words to a list of terms.

    mine p:urgent older:3d vpn -tag:later "blank page"

Parsing is pure: it knows neither tickets nor who asks. A query that cannot be read is a
QueryError that says where it is wrong.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from deskconsole.calendar import parse_period
from deskconsole.errors import BadInput
from deskconsole.frozen import Record
from deskconsole.model import Period, Priority, Status
from deskconsole.text import clean_line


class QueryError(BadInput):
    """A query that cannot be read; `at` is the place of the wrong term, counted from 0."""

    def __init__(self, sentence: str, at: int) -> None:
        super().__init__(f"{sentence} (at character {at + 1})")
        self.at = at


class State(StrEnum):
    """What `is:` asks for."""

    OPEN = "open"
    CLOSED = "closed"
    OVERDUE = "overdue"
    REPLIED = "replied"
    DUE = "due"
    LATE = "late"
    PRESSING = "pressing"


class Field(StrEnum):
    """What a term is about."""

    WORDS = "words"
    MINE = "mine"
    WATCHED = "watched"
    UNASSIGNED = "unassigned"
    IS = "is"
    STATUS = "status"
    ASSIGNEE = "assignee"
    FROM = "from"
    TEAM = "team"
    TAG = "tag"
    PRIORITY = "p"
    OLDER = "older"
    NEWER = "newer"
    OPENED = "opened"
    CLOSED = "closed"


class Days(Record):
    """Desk days from `first` up to and without `end`; None leaves that side open."""

    first: date | None
    end: date | None


Value = str | State | Status | Priority | Period | Days | None


class Term(Record):
    """One condition; all of them hold together."""

    field: Field
    value: Value = None
    negated: bool = False


Query = tuple[Term, ...]

MOST_TERMS = 40  # databases take no conditions that are nested much deeper

_TOKEN = r'\s*(?P<not>-?)(?:(?P<field>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]*))'
_ALONE = {"mine": Field.MINE, "watched": Field.WATCHED, "unassigned": Field.UNASSIGNED}


def parse(text: str, today: date) -> Query:
    """The terms of a query; dates such as `opened:today` are those of the desk's day `today`."""
    text = clean_line(text)
    token = re.compile(_TOKEN)
    terms: list[Term] = []
    at = 0
    while at < len(text):
        match = token.match(text, at)
        assert match is not None  # every part of the pattern may be empty
        start = at + len(match[0]) - len(match[0].lstrip())
        if match.end() == start:
            raise QueryError("a quotation mark is missing its other half", start)
        if len(terms) == MOST_TERMS:
            raise QueryError(f"a query has at most {MOST_TERMS} terms; leave some out", start)
        terms.append(_term(match, start, today))
        at = match.end()
    return tuple(terms)


def _term(match: re.Match[str], at: int, today: date) -> Term:
    negated = bool(match["not"])
    quoted = match["quoted"]
    value = quoted if quoted is not None else match["plain"]
    word = match["field"]
    if word is None:
        if quoted is None and value in _ALONE:
            return Term(_ALONE[value], None, negated)
        if not value.strip():
            raise QueryError("a word is missing here", at)
        return Term(Field.WORDS, value, negated)
    read = _FIELDS.get(word)
    if read is None:
        names = ", ".join(f"{name}:" for name in _FIELDS)
        raise QueryError(f"there is no {word}: to ask for; there are {names}", at)
    if not value:
        raise QueryError(f"{word}: needs a value, such as {_EXAMPLES[word]}", at)
    try:
        return Term(Field(word), read(value, today), negated)
    except BadInput as error:
        raise QueryError(f"{word}: {error}", at) from None


def _state(text: str, today: date) -> Value:
    if text not in list(State):
        raise BadInput(f"{text!r} is none of {', '.join(State)}")
    return State(text)


def _status(text: str, today: date) -> Value:
    for status in Status:
        if text in (status.slug, status.letter):
            return status
    raise BadInput(f"{text!r} is no status; there are {', '.join(one.slug for one in Status)}")


def _priority(text: str, today: date) -> Value:
    for priority in Priority:
        if text == priority.word:
            return priority
    raise BadInput(f"{text!r} is none of {', '.join(one.word for one in Priority)}")


def _text(text: str, today: date) -> Value:
    return text


def _length(text: str, today: date) -> Value:
    try:
        return parse_period(text)
    except BadInput:
        raise BadInput(f"{text!r} is not a period; write one as 3d, 2h or 1w") from None


def _days(text: str, today: date) -> Value:
    """`2026-05-31`, `2026-05`, `2026`, `a..b`, `>a`, `<a`, `today`, `yesterday` or `7d`."""
    if ".." in text:
        first, _, last = text.partition("..")
        return Days(
            _span(first, today).first if first else None, _span(last, today).end if last else None
        )
    if text[:1] == ">":
        return Days(_span(text[1:], today).end, None)
    if text[:1] == "<":
        return Days(None, _span(text[1:], today).first)
    return _span(text, today)


def _span(text: str, today: date) -> Days:
    day = timedelta(days=1)
    if text == "today":
        return Days(today, today + day)
    if text == "yesterday":
        return Days(today - day, today)
    if re.fullmatch(r"\d{1,4}[dw]", text):
        period = parse_period(text)
        return Days(today - timedelta(days=7 * period.weeks + period.days), today + day)
    parts = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text)
    try:
        if parts is None:
            raise ValueError
        year, month, number = (int(part) if part else None for part in parts.groups())
        assert year is not None
        if month is None:
            return Days(date(year, 1, 1), date(year + 1, 1, 1))
        if number is None:
            return Days(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))
        return Days(date(year, month, number), date(year, month, number) + day)
    except (ValueError, OverflowError):
        raise BadInput(
            f"{text!r} is no date; write 2026-05-31, 2026-05, 7d, today, or a range with .."
        ) from None


_FIELDS: dict[str, Callable[[str, date], Value]] = {
    "is": _state,
    "status": _status,
    "assignee": _text,
    "from": _text,
    "team": _text,
    "tag": _text,
    "p": _priority,
    "older": _length,
    "newer": _length,
    "opened": _days,
    "closed": _days,
}
_EXAMPLES = {
    "is": "is:open",
    "status": "status:blocked",
    "assignee": "assignee:ana",
    "from": "from:bob@example.org",
    "team": "team:network",
    "tag": "tag:vpn",
    "p": "p:urgent",
    "older": "older:3d",
    "newer": "newer:2h",
    "opened": "opened:2026-05",
    "closed": "closed:7d",
}

HELP: tuple[tuple[str, str], ...] = (
    ("vpn drops", "words, or beginnings of words, in title, messages and notes"),
    ('"blank page"', "these words one after the other"),
    ("mine watched unassigned", "yours; those you watch; nobody's"),
    ("is:open is:closed", "not closed; closed"),
    ("is:replied", "the customer wrote and has no answer yet"),
    ("is:overdue is:due", "past its deadline, day of review or promise; closing within two days"),
    ("is:late is:pressing", "past what was promised; within two hours of it"),
    ("status:blocked status:B", "in a status, by slug or letter"),
    ("assignee:ana from:bob", "whose it is; who reported it, by name or address"),
    ("team:net tag:vpn p:high", "with a team's open clone; with a tag; of a priority"),
    ("older:3d newer:2h", "in its status for longer, or shorter, than that"),
    ("opened:2026-05 closed:7d", "by day, month, year, range (a..b, >a, <a) or the last days"),
    ("-tag:later", "a minus in front of any of these takes it away"),
)


def number_in(text: str) -> int | None:
    """The ticket number that a query is, if it is nothing else: `SD-12` or `12`."""
    match = re.fullmatch(r"(?:SD-)?(\d{1,9})", text.strip(), re.IGNORECASE)
    return int(match[1]) if match and int(match[1]) else None
