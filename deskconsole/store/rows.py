"""Rows to records and back: which columns a record is read from, and what each one means."""

import json
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from peewee import JOIN

from deskconsole.model import (
    FAR,
    Actor,
    Brings,
    Clone,
    Event,
    Hold,
    HoldKind,
    Order,
    Person,
    Priority,
    Role,
    Status,
    Ticket,
    Verb,
)
from deskconsole.records import brings_from, brings_record
from deskconsole.store.tables import (
    EventRow,
    MessageRow,
    PersonRow,
    TicketRow,
    from_micros,
    to_micros,
)

# Peewee's stubs leave the type of a query open; these are SELECTs to be narrowed and ordered.
Query = Any

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_Reporter = PersonRow.alias()
_Assignee = PersonRow.alias()


def people() -> Query:
    """SELECT of `person_record` rows."""
    return PersonRow.select(PersonRow.id, PersonRow.name, PersonRow.email, PersonRow.role)


def person_record(key: int, name: str, email: str | None, role: str) -> Person:
    """A person of a row."""
    return Person(key, name, email, Role(role))


def tickets() -> Query:
    """SELECT of `ticket_record` rows as they are stored, reporter and assignee joined."""
    columns = (
        TicketRow.id,
        TicketRow.title,
        TicketRow.priority,
        TicketRow.status,
        TicketRow.opened_at,
        TicketRow.entered_at,
        TicketRow.tags,
        TicketRow.deadline,
        TicketRow.resume_to,
        TicketRow.hold_kind,
        TicketRow.hold_whom,
        TicketRow.hold_until,
        TicketRow.reason,
        TicketRow.closed_at,
        TicketRow.reopen_until,
        TicketRow.reopened,
        TicketRow.replied_at,
        TicketRow.follows,
        TicketRow.duplicate_of,
        TicketRow.spent,
        TicketRow.version,
        TicketRow.promised,
        _Reporter.id,
        _Reporter.name,
        _Reporter.email,
        _Reporter.role,
        _Assignee.id,
        _Assignee.name,
        _Assignee.email,
        _Assignee.role,
    )
    return (
        TicketRow.select(*(column.coerce(False) for column in columns))
        .join(_Reporter, on=(TicketRow.reporter == _Reporter.id))
        .switch(TicketRow)
        .join(_Assignee, JOIN.LEFT_OUTER, on=(TicketRow.assignee == _Assignee.id))
    )


_NEVER = to_micros(FAR)


# A board is read again at every change, and most of its rows are as they were.
@lru_cache(maxsize=1024)
def ticket_record(row: tuple[Any, ...], clones: tuple[Clone, ...]) -> Ticket:
    """A ticket of a row, as it is stored, and its clones."""
    (
        number,
        title,
        priority,
        status,
        opened_at,
        entered_at,
        tags,
        deadline,
        resume_to,
        hold_kind,
        hold_whom,
        hold_until,
        reason,
        closed_at,
        reopen_until,
        reopened,
        replied_at,
        follows,
        duplicate_of,
        spent,
        version,
        promised,
        *people,
    ) = row
    return Ticket(
        number=number,
        title=title,
        reporter=person_record(*people[:4]),
        priority=Priority(priority),
        status=Status.of(status),
        opened_at=from_micros(opened_at),
        entered_at=from_micros(entered_at),
        tags=tuple(tags.split()),
        assignee=person_record(*people[4:]) if people[4] is not None else None,
        deadline=_instant(deadline),
        resume_to=Status.of(resume_to) if resume_to else None,
        hold=_hold(hold_kind, hold_whom, hold_until) if hold_kind else None,
        reason=reason,
        closed_at=_instant(closed_at),
        reopen_until=_instant(reopen_until),
        reopened=reopened,
        replied_at=_instant(replied_at),
        follows=follows,
        duplicate_of=duplicate_of,
        spent=spent,
        clones=clones,
        version=version,
        promised_at=from_micros(promised) if promised != _NEVER else None,
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _hold(kind: str, whom: str, until: str | None) -> Hold:
    return Hold(HoldKind(kind), whom, date.fromisoformat(until) if until else None)


def ticket_columns(ticket: Ticket) -> dict[str, Any]:
    """The row of a ticket, its number aside."""
    hold = ticket.hold
    return {
        "title": ticket.title,
        "reporter": ticket.reporter.id,
        "priority": int(ticket.priority),
        "status": ticket.status.slug,
        "opened_at": ticket.opened_at,
        "entered_at": ticket.entered_at,
        "tags": " ".join(ticket.tags),
        "assignee": ticket.assignee.id if ticket.assignee else None,
        "deadline": ticket.deadline,
        "resume_to": ticket.resume_to.slug if ticket.resume_to else None,
        "hold_kind": hold.kind.value if hold else None,
        "hold_whom": hold.whom if hold else None,
        "hold_until": hold.until if hold else None,
        "reason": ticket.reason,
        "closed_at": ticket.closed_at,
        "reopen_until": ticket.reopen_until,
        "reopened": ticket.reopened,
        "replied_at": ticket.replied_at,
        "follows": ticket.follows,
        "duplicate_of": ticket.duplicate_of,
        "spent": ticket.spent,
        "version": ticket.version,
        "attention": ticket.attention,
        "due": ticket.due,
        "promised": ticket.promised_at or FAR,
    }


def arrangement(order: Order, status: Status) -> tuple[Any, ...]:
    """The columns that `Ticket.key` is made of, for a column of `status` in `order`."""
    by_age = (TicketRow.entered_at, TicketRow.id)
    if status.closed or order is Order.AGE:
        return by_age
    match order:
        case Order.ATTENTION:
            return (TicketRow.attention, *by_age)
        case Order.PRIORITY:
            return (TicketRow.priority, *by_age)
        case Order.DEADLINE:
            return (TicketRow.due, TicketRow.id)
        case Order.PROMISE:
            return (TicketRow.promised, TicketRow.id)
        case Order.UPDATED:
            return (TicketRow.version,)


def events() -> Query:
    """SELECT of `event_record` rows, person and message joined."""
    return (
        EventRow.select(
            EventRow.id,
            EventRow.ticket,
            EventRow.at,
            EventRow.verb,
            EventRow.role,
            EventRow.source,
            EventRow.target,
            EventRow.brings,
            EventRow.act,
            PersonRow.id,
            PersonRow.name,
            PersonRow.email,
            PersonRow.role,
            MessageRow.public,
            MessageRow.body,
        )
        .join(PersonRow, JOIN.LEFT_OUTER, on=(EventRow.actor == PersonRow.id))
        .switch(EventRow)
        .join(MessageRow, JOIN.LEFT_OUTER, on=(EventRow.id == MessageRow.event))
    )


def event_record(
    key: int,
    ticket: int,
    at: datetime,
    verb: str,
    role: str,
    source: str | None,
    target: str,
    brings: str,
    act: int | None,
    person: int | None,
    name: str,
    email: str | None,
    person_role: str,
    public: bool | None,
    body: str | None,
) -> Event:
    """An event of a row."""
    by = person_record(person, name, email, person_role) if person is not None else None
    return Event(
        key,
        ticket,
        at,
        Verb(verb),
        Actor(by, Role(role)),
        Status.of(source) if source else None,
        Status.of(target),
        brings_from(json.loads(brings) | ({"message": body} if body is not None else {})),
        bool(public),
        act or key,
    )


def brings_text(brings: Brings) -> str:
    """What an event brought, its message aside, as its row keeps it."""
    record = brings_record(brings)
    record.pop("message", None)
    return _encode(record) if record else "{}"
