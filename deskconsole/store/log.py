"""The log as the numbers are made of it: slim events, each ticket's together, page by page.

What a ticket's row says is never asked: whatever is counted stands in the log.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from peewee import JOIN, fn

from deskconsole.frozen import Record
from deskconsole.model import Priority, Role, Status, Step, Verb
from deskconsole.store.compiled import Compiled, Given
from deskconsole.store.database import Database
from deskconsole.store.tables import EventRow, MessageRow, PersonRow, from_micros

_PAGE = 2_000  # ticket numbers that are read at a time
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
_CLOSED = [status.slug for status in Status if status.closed]


class LogRow(Record):
    """One event, as far as numbers are made of it.

    `actor` is None for the clock; `public` says that it has a message which the customer reads or
    wrote; what comes after that is what it brought.
    """

    id: int
    ticket: int
    at: datetime
    verb: Verb
    role: Role
    actor: str | None
    source: Status | None
    target: Status
    public: bool = False
    team: str | None = None
    assignee: str | None = None
    clone: int | None = None
    engineer: str | None = None
    whom: str | None = None
    undoes: int | None = None
    for_customer: bool = False
    priority: Priority | None = None
    step: Step | None = None


def read_log(store: Database, since: datetime = _BEFORE_ALL) -> Iterator[list[LogRow]]:
    """The whole history of every ticket that is open or had an event at or after `since`.

    Oldest events first, tickets by number, all of one moment of the desk. At most a page of
    tickets is held at a time.
    """
    with store.reading():
        last = store.select(_LAST_NUMBER)[0][0] or 0
        for first in range(1, last + 1, _PAGE):
            rows = store.select(
                _HISTORIES, first=first, last=first + _PAGE - 1, since=since, closed=_CLOSED
            )
            events = (_log_row(*row) for row in rows)
            for _, history in groupby(events, attrgetter("ticket")):
                yield list(history)


_LAST_NUMBER = Compiled(lambda: EventRow.select(fn.MAX(EventRow.ticket)))


def _histories() -> Any:
    """SELECT of `_log_row` rows."""
    columns = (
        EventRow.id,
        EventRow.ticket,
        EventRow.at,
        EventRow.verb,
        EventRow.role,
        PersonRow.name,
        EventRow.source,
        EventRow.target,
        MessageRow.public,
        EventRow.brings,
    )
    newest, latest = EventRow.alias(), EventRow.alias()
    span = (Given("first"), Given("last"))
    ids = newest.select(fn.MAX(newest.id)).where(newest.ticket.between(*span))
    # Where a ticket stands is what its newest event says, undone or not.
    told = latest.select(latest.ticket).where(
        latest.ticket.between(*span)
        & latest.id.in_(ids.group_by(newest.ticket))
        & ((latest.at >= Given("since")) | latest.target.not_in(Given("closed")))
    )
    return (
        EventRow.select(*(column.coerce(False) for column in columns))
        .join(PersonRow, JOIN.LEFT_OUTER, on=(EventRow.actor == PersonRow.id))
        .switch(EventRow)
        .join(MessageRow, JOIN.LEFT_OUTER, on=(EventRow.id == MessageRow.event))
        # The span once more, so that no database thinks of going through the whole log for a page.
        .where(EventRow.ticket.between(*span) & EventRow.ticket.in_(told))
        .order_by(EventRow.ticket, EventRow.id)
    )


_HISTORIES = Compiled(_histories)


def _log_row(
    key: int,
    ticket: int,
    at: int,
    verb: str,
    role: str,
    actor: str | None,
    source: str | None,
    target: str,
    public: bool | None,
    brings: str,
) -> LogRow:
    brought = json.loads(brings) if brings != "{}" else {}
    return LogRow(
        key,
        ticket,
        from_micros(at),
        Verb(verb),
        Role(role),
        actor,
        Status.of(source) if source else None,
        Status.of(target),
        bool(public),
        brought.get("team"),
        brought.get("assignee"),
        brought.get("clone"),
        brought.get("engineer"),
        brought.get("whom"),
        brought.get("undoes"),
        brought.get("for_customer", False),
        Priority[brought["priority"].upper()] if "priority" in brought else None,
        Step(brought["step"]) if "step" in brought else None,
    )
