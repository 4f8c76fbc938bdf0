"""A query as a condition on tickets. Every condition is true or false, never unknown, so that a
minus in front of it means just the rest."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import and_
from typing import Any
from zoneinfo import ZoneInfo

from peewee import SQL, NodeList, Value, fn

from deskconsole.calendar import today
from deskconsole.model import NOBODY, SOON, CloneState, Period, Person, Role, Status
from deskconsole.query import Days, Field, Query, State, Term
from deskconsole.store.backends import Words
from deskconsole.store.database import Database
from deskconsole.store.tables import CloneRow, PersonRow, TaggingRow, TicketRow, WatcherRow, small

_CLOSED = [status.slug for status in Status if status.closed]
_OPEN_CLONE = [state.value for state in CloneState if state.open]


def condition(store: Database, query: Query, me: Person | None, now: datetime, zone: str) -> Any:
    """WHERE a ticket of `store` fits every term; None without terms, which all tickets fit."""
    if not query:
        return None
    words = [term for term in query if term.field is Field.WORDS and not term.negated]
    found = [_match(store, words)] if words else []
    for term in query:
        if term not in words:
            fits = _fits(store, term, me, now, zone)
            found.append(~fits if term.negated else fits)
    return reduce(and_, found)


def _fits(store: Database, term: Term, me: Person | None, now: datetime, zone: str) -> Any:
    value = term.value
    match term.field:
        case Field.WORDS:
            return _match(store, (term,))
        case Field.MINE:
            return _is(TicketRow.assignee, me.id if me else 0)
        case Field.WATCHED:
            watches = WatcherRow.person == (me.id if me else 0)
            return TicketRow.id.in_(WatcherRow.select(WatcherRow.ticket).where(watches))
        case Field.UNASSIGNED:
            return TicketRow.assignee.is_null()
        case Field.IS:
            assert isinstance(value, State)
            return _state(value, now, zone)
        case Field.STATUS:
            assert isinstance(value, Status)
            return TicketRow.status == value.slug
        case Field.ASSIGNEE if value == NOBODY:
            return TicketRow.assignee.is_null()
        case Field.ASSIGNEE:
            named = fn.LOWER(PersonRow.name) == str(value).lower()
            staff = PersonRow.select(PersonRow.id).where(
                named & (PersonRow.role != Role.CUSTOMER.value)
            )
            return TicketRow.assignee.is_null(False) & TicketRow.assignee.in_(staff)
        case Field.FROM:
            start = f"{_like(small(str(value)))}%"
            who = _alike(fn.LOWER(PersonRow.name), start) | _alike(
                fn.COALESCE(PersonRow.email, ""), start
            )
            return TicketRow.reporter.in_(PersonRow.select(PersonRow.id).where(who))
        case Field.TEAM:
            of_team = (CloneRow.team == str(value)) & CloneRow.state.in_(_OPEN_CLONE)
            return TicketRow.id.in_(CloneRow.select(CloneRow.ticket).where(of_team))
        case Field.TAG:
            tagged = TaggingRow.tag == small(str(value))
            return TicketRow.id.in_(TaggingRow.select(TaggingRow.ticket).where(tagged))
        case Field.PRIORITY:
            return TicketRow.priority == value
        case Field.OLDER:
            assert isinstance(value, Period)
            return TicketRow.entered_at <= now - _length(value)
        case Field.NEWER:
            assert isinstance(value, Period)
            return TicketRow.entered_at > now - _length(value)
        case Field.OPENED:
            assert isinstance(value, Days)
            return _within(TicketRow.opened_at, value, zone)
        case Field.CLOSED:
            assert isinstance(value, Days)
            return TicketRow.closed_at.is_null(False) & _within(TicketRow.closed_at, value, zone)


def _is(field: Any, value: Any) -> Any:
    return field.is_null(False) & (field == value)


def _match(store: Database, terms: Iterable[Term]) -> Any:
    """All these words, or beginnings of words, somewhere in a ticket: one search for them all."""
    texts = [str(term.value) for term in terms]
    if not all(re.search(r"[^\W_]", text) for text in texts):
        return Value(False)  # an index of words has no place for signs
    return store.matching([Words(text, whole=" " in text.strip()) for text in texts])


def _like(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _alike(text: Any, pattern: str) -> Any:
    # Spelled out, because Peewee's LIKE is GLOB on SQLite and minds capitals elsewhere.
    escaped = Value(pattern, converter=False)
    return NodeList((text, SQL("LIKE"), escaped, SQL(r"ESCAPE '\'")), parens=True)


def _state(state: State, now: datetime, zone: str) -> Any:
    match state:
        case State.OPEN:
            return TicketRow.status.not_in(_CLOSED)
        case State.CLOSED:
            return TicketRow.status.in_(_CLOSED)
        case State.REPLIED:
            return TicketRow.replied_at.is_null(False)
        case State.OVERDUE:
            late = TicketRow.deadline.is_null(False) & (TicketRow.deadline <= now)
            review = TicketRow.hold_until.is_null(False) & (
                TicketRow.hold_until <= today(now, zone)
            )
            return late | review
        case State.DUE:
            soon = (TicketRow.deadline > now) & (TicketRow.deadline <= now + SOON)
            return TicketRow.deadline.is_null(False) & soon


def _length(period: Period) -> timedelta:
    return timedelta(
        weeks=period.weeks, days=period.days, hours=period.hours, minutes=period.minutes
    )


def _within(field: Any, days: Days, zone: str) -> Any:
    fits = Value(True)
    if days.first is not None:
        fits = field >= _midnight(days.first, zone)
    if days.end is not None:
        before = field < _midnight(days.end, zone)
        fits = before if days.first is None else fits & before
    return fits


def _midnight(day: date, zone: str) -> datetime:
    """The instant at which a day begins on the desk's calendar."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
