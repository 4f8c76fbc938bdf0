"""What somebody asked to be told about, as it is now: found on indexes, a page at most of each."""

from collections.abc import Container, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from peewee import fn

from deskconsole.calendar import today
from deskconsole.model import Alert, Alerts, Period, Person, Priority, Status, Verb, Warned
from deskconsole.store.compiled import Compiled, Given
from deskconsole.store.store import Store
from deskconsole.store.tables import EventRow, TicketRow, from_micros

_PAGE = 100  # tickets of a status
_EVENTS = 500  # that are looked through for what became urgent; of more the latest
_OPEN = [status for status in Status if not status.closed]
_URGED = (Verb.OPEN, Verb.IMPORT, Verb.EDIT)


def _found(when: Any, fits: Any) -> Any:
    """The open tickets of a status that fit, those first that came last to it."""
    return (
        TicketRow.select(TicketRow.id, TicketRow.title, when.coerce(False))
        .where(TicketRow.closed_at.is_null() & (TicketRow.status == Given("status")) & fits)
        .order_by(when.desc(), TicketRow.id.desc())
        .limit(_PAGE)
    )


_DUE = Compiled(lambda: _found(TicketRow.due, TicketRow.due <= Given("by")))
_PROMISED = Compiled(lambda: _found(TicketRow.promised, TicketRow.promised <= Given("by")))
_NOBODYS = Compiled(
    lambda: _found(
        TicketRow.entered_at,
        TicketRow.assignee.is_null() & (TicketRow.entered_at <= Given("by")),
    )
)
_HANDED = Compiled(
    lambda: (
        EventRow.select(EventRow.ticket, fn.MAX(EventRow.at).coerce(False))
        .where(EventRow.ticket.in_(Given("numbers")) & (EventRow.verb == Verb.ASSIGN.value))
        .group_by(EventRow.ticket)
    )
)


def read_alerts(
    store: Store,
    wanted: Alerts,
    me: Person | None,
    since: int,
    now: datetime,
    told: Container[Alert] = (),
) -> list[Alert]:
    """What there is to tell somebody that was not `told` yet.

    Of what became urgent, what others did after event `since`; overdue and unassigned is
    whatever is so at `now`.
    """
    found: list[Alert] = []
    with store.reading():
        if wanted.urgent:
            found += _urgent(store, me, since)
        if wanted.overdue:
            found += _overdue(store, now)
        if wanted.unassigned is not None:
            by = now - _length(wanted.unassigned)
            found += _unassigned(store, by, told)
    return [alert for alert in found if alert not in told]


def _urgent(store: Store, me: Person | None, since: int) -> Iterator[Alert]:
    first = max(since, store.last_event() - _EVENTS)
    urged = {
        event.ticket: event
        for event in store.events_after(first, _EVENTS)
        if event.verb in _URGED
        and event.brings.priority is Priority.URGENT
        and event.by.person != me
    }
    for ticket in store.some(urged):
        if ticket.priority is Priority.URGENT and not ticket.status.closed:
            yield Alert(Warned.URGENT, ticket.number, ticket.title, urged[ticket.number].at)


def _overdue(store: Store, now: datetime) -> Iterator[Alert]:
    review = review_due(store, now)
    for status in _OPEN:
        by = review if status is Status.BLOCKED else now
        passed = (
            *store.select(_DUE, status=status.slug, by=by),
            *store.select(_PROMISED, status=status.slug, by=now),
        )
        for number, title, due in passed:
            yield Alert(Warned.OVERDUE, number, title, from_micros(due))


def review_due(store: Store, now: datetime) -> datetime:
    """Up to when a ticket on hold is due whose day of review has come, on the desk's calendar."""
    return datetime.combine(today(now, store.policy().timezone), time(), UTC)


def _unassigned(store: Store, by: datetime, told: Container[Alert]) -> list[Alert]:
    found = [
        Alert(Warned.UNASSIGNED, number, title, from_micros(entered))
        for status in _OPEN
        for number, title, entered in store.select(_NOBODYS, status=status.slug, by=by)
    ]
    new = [alert for alert in found if alert not in told]
    numbers = [alert.ticket for alert in new]
    handed = dict(store.select(_HANDED, numbers=numbers)) if numbers else {}
    return [
        alert
        for alert in new
        if alert.ticket not in handed or from_micros(handed[alert.ticket]) <= by
    ]


def _length(period: Period) -> timedelta:
    return timedelta(
        weeks=period.weeks, days=period.days, hours=period.hours, minutes=period.minutes
    )
