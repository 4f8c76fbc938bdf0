"""A query as a condition on tickets, and the ways to those that fit.

Every condition is true or false, never unknown, so that a minus in front of it means just the rest.
A `+` before a column says that the condition is asked of tickets that are walked by another one: no
database is to walk by this one instead.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import and_, gt, le
from typing import Any

from peewee import SQL, NodeList, Value, fn
from peewee import Database as Connections

from deskconsole.calendar import today, zone_of
from deskconsole.frozen import Record, changed
from deskconsole.model import NOBODY, PRESSING, SOON, CloneState, Period, Person, Role, Status
from deskconsole.query import Days, Field, Query, State, Term
from deskconsole.store.backends import Words
from deskconsole.store.compiled import Text, condition_text, query_text
from deskconsole.store.database import Database
from deskconsole.store.tables import (
    CloneRow,
    PersonRow,
    TaggingRow,
    TicketRow,
    WatcherRow,
    small,
    to_micros,
)

Sought = tuple[Words, ...]

_EVERYWHERE = frozenset(Status)
_CLOSED = frozenset(status for status in Status if status.closed)
_OPEN = _EVERYWHERE - _CLOSED
_LONG_GONE = timedelta(days=30)  # after which most of what was opened is closed
# As the index of clones that are worked on has it.
_WORKING = "state IN ({})".format(", ".join(f"'{one.value}'" for one in CloneState if one.open))


class Way(Record):
    """What selects, by an index, the `number` of every ticket that a part of a query fits.

    It may be selected more than once. `has` are the words that just these tickets have.
    """

    text: Text
    has: Sought | None = None


class Condition(Record):
    """What a query asks of a ticket.

    A ticket fits WHERE `text`, if its status is one of `statuses` and it has the words of each of
    `sought`, or (False) has not. `opened` is WHERE a ticket was opened within days long gone, if
    those are asked for.
    """

    text: Text
    statuses: frozenset[Status]
    sought: tuple[tuple[Sought, bool], ...]
    ways: tuple[Way, ...]
    opened: Text | None

    def without(self, has: Sought) -> "Condition":
        """What is left to ask of tickets that are known to have these words."""
        return changed(self, sought=tuple(one for one in self.sought if one != (has, True)))

    def walking(self, column: Any) -> Text:
        """The same, where the tickets are walked by this column of theirs."""
        name = f'"t1"."{column.column_name}"'
        return changed(self.text, sql=self.text.sql.replace(f"+{name}", name))


class _Part(Record):
    """What a term asks: WHERE a ticket fits, where one can, and the way to those that do.

    An index of words has an answer of its own to which tickets have those `sought`.
    """

    fits: Any
    statuses: frozenset[Status] = _EVERYWHERE
    way: Any = None
    sought: tuple[tuple[Sought, bool], ...] = ()
    opened: Any = None

    def __invert__(self) -> "_Part":
        if self.sought:
            return _Part(self.fits, sought=tuple((words, not has) for words, has in self.sought))
        return _Part(~self.fits)


_NOTHING = _Part(Value(False), frozenset())


def condition(
    store: Database, query: Query, me: Person | None, now: datetime, zone: str
) -> Condition | None:
    """What the terms, all of which have to fit, ask of a ticket of `store`; None without any."""
    if not query:
        return None
    words = [term for term in query if term.field is Field.WORDS and not term.negated]
    parts = [_words(store, words)] if words else []
    for term in query:
        if term.field in _OPPOSITE and term.negated:
            term = changed(term, field=_OPPOSITE[term.field], negated=False)
        if term.field is Field.STATUS or term.value in (State.OPEN, State.CLOSED):
            parts.append(_in_statuses(term))
        elif term not in words:
            part = _part(store, term, me, now, zone)
            parts.append(~part if term.negated else part)
    connections = store.connections
    opened = [part.opened for part in parts if part.opened is not None]
    return Condition(
        condition_text(connections, reduce(and_, (part.fits for part in parts))),
        reduce(and_, (part.statuses for part in parts)),
        tuple(sought for part in parts for sought in part.sought),
        tuple(_way(connections, part) for part in parts if part.way is not None),
        condition_text(connections, reduce(and_, opened)) if opened else None,
    )


def _way(connections: Connections, part: _Part) -> Way:
    return Way(query_text(connections, part.way), part.sought[0][0] if part.sought else None)


_OPPOSITE = {Field.OLDER: Field.NEWER, Field.NEWER: Field.OLDER}


def _part(store: Database, term: Term, me: Person | None, now: datetime, zone: str) -> _Part:
    value = term.value
    match term.field:
        case Field.WORDS:
            return _words(store, (term,))
        case Field.MINE:
            return _assigned([me.id] if me else [])
        case Field.WATCHED:
            mine = WatcherRow.person == (me.id if me else 0)
            return _named_by(WatcherRow, mine)
        case Field.IS:
            assert isinstance(value, State)
            return _state(value, now, zone)
        case Field.ASSIGNEE if value != NOBODY:
            named = fn.LOWER(PersonRow.name) == small(str(value))
            staff = PersonRow.select(PersonRow.id).where(
                named & (PersonRow.role != Role.CUSTOMER.value)
            )
            return _assigned([person for (person,) in store.select(staff)])
        case Field.UNASSIGNED | Field.ASSIGNEE:
            nobody = TicketRow.assignee.is_null()
            return _Part(nobody, way=_numbers(nobody))
        case Field.FROM:
            name = _begins(fn.LOWER(PersonRow.name), small(str(value)))
            who = name | _begins(PersonRow.email, str(value).lower())
            known = PersonRow.select(PersonRow.id).where(who)
            way = _numbers(TicketRow.reporter.in_(known))
            return _Part(_asked(TicketRow.reporter).in_(known), way=way)
        case Field.TEAM:
            return _named_by(CloneRow, (CloneRow.team == str(value)) & SQL(_WORKING))
        case Field.TAG:
            return _named_by(TaggingRow, TaggingRow.tag == small(str(value)))
        case Field.PRIORITY:
            urgent = TicketRow.priority == value
            return _Part(urgent, way=_numbers(urgent, _EVERYWHERE))
        case Field.OLDER | Field.NEWER:
            assert isinstance(value, Period)
            compare = le if term.field is Field.OLDER else gt
            since = _instant(now - _length(value))
            way = _numbers(compare(TicketRow.entered_at, since), _EVERYWHERE)
            return _Part(compare(_asked(TicketRow.entered_at), since), way=way)
        case Field.OPENED:
            assert isinstance(value, Days)
            opened = _within(TicketRow.opened_at, value, zone)
            way = _numbers(opened, _EVERYWHERE)
            gone = value.end is not None and value.end <= today(now, zone) - _LONG_GONE
            fits = _within(_asked(TicketRow.opened_at), value, zone)
            return _Part(fits, way=way, opened=opened if gone else None)
        case Field.CLOSED:
            assert isinstance(value, Days)  # a ticket is closed when it enters its status
            entered = _within(_asked(TicketRow.entered_at), value, zone)
            way = _numbers(_within(TicketRow.entered_at, value, zone), _CLOSED)
            return _Part(_one_of(_CLOSED) & entered, _CLOSED, way)
    raise AssertionError(term)  # the statuses, which are told apart before


def _in_statuses(term: Term) -> _Part:
    match term.value:
        case Status() as status:
            statuses = frozenset({status})
        case State.OPEN:
            statuses = _OPEN
        case _:
            statuses = _CLOSED
    statuses = _EVERYWHERE - statuses if term.negated else statuses
    return _Part(_one_of(statuses), statuses)


def _words(store: Database, terms: Sequence[Term]) -> _Part:
    """All these words, or beginnings of words, somewhere in a ticket: one search for them all."""
    texts = [str(term.value) for term in terms]
    if not all(re.search(r"[^\W_]", text) for text in texts):
        return _NOTHING  # an index of words has no place for signs
    sought = tuple(Words(text, whole=" " in text.strip()) for text in texts)
    return _Part(Value(True), way=store.searching(sought), sought=((sought, True),))


def _assigned(people: list[int]) -> _Part:
    if not people:
        return _NOTHING
    theirs = TicketRow.assignee == people[0] if len(people) == 1 else TicketRow.assignee.in_(people)
    return _Part(TicketRow.assignee.is_null(False) & theirs, way=_numbers(theirs))


def _state(state: State, now: datetime, zone: str) -> _Part:
    deadline, review = TicketRow.deadline, TicketRow.hold_until
    match state:
        case State.REPLIED:
            replied = TicketRow.replied_at.is_null(False)
            way = _numbers(replied, _EVERYWHERE)
            return _Part(_asked(TicketRow.replied_at).is_null(False), way=way)
        case State.OVERDUE:
            late = deadline.is_null(False) & (deadline <= now)
            reviewed = review.is_null(False) & (review <= today(now, zone))
            broken = _asked(TicketRow.promised) <= to_micros(now)
            return _Part(late | reviewed | broken, _OPEN)
        case State.LATE | State.PRESSING:
            passed = to_micros(now)
            near = (passed + 1, to_micros(now + PRESSING))
            span = (0, passed) if state is State.LATE else near
            return _Part(_asked(TicketRow.promised).between(*span), _OPEN)
        case _:
            soon = (deadline > now) & (deadline <= now + SOON)
            return _Part(deadline.is_null(False) & soon, _OPEN)


def _named_by(model: Any, mine: Any) -> _Part:
    """The tickets that rows of another table name."""
    one = model.select(SQL("1")).where(mine & (model.ticket == TicketRow.id))
    return _Part(fn.EXISTS(one), way=model.select(model.ticket.alias("number")).where(mine))


def _numbers(fits: Any, statuses: frozenset[Status] = frozenset()) -> Any:
    """The way to tickets that fit; by an index that begins with the status, if there are any."""
    query = TicketRow.select(TicketRow.id.alias("number"))
    return query.where(_one_of(statuses) & fits if statuses else fits)


def _one_of(statuses: frozenset[Status]) -> Any:
    return TicketRow.status.in_(sorted(status.slug for status in statuses))


def _asked(column: Any) -> Any:
    return NodeList((SQL("+"), column), glue="")


def _begins(text: Any, start: str) -> Any:
    """The text begins so: it lies between this beginning and the next one."""
    following = start[:-1] + chr(ord(start[-1]) + 1)
    first, end = Value(start, converter=False), Value(following, converter=False)
    return (text >= first) & (text < end)


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


def _midnight(day: date, zone: str) -> Value:
    """The instant at which a day begins on the desk's calendar."""
    return _instant(datetime.combine(day, time(), zone_of(zone)).astimezone(UTC))


def _instant(instant: datetime) -> Value:
    return Value(to_micros(instant), converter=False)
