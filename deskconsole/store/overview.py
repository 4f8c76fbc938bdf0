"""The desk in numbers: each is kept, or counted on an index up to what anybody takes in."""

from datetime import datetime, timedelta

from peewee import fn

from deskconsole.model import Overview, Status, WaitsOn
from deskconsole.store import rows
from deskconsole.store.alerts import review_due
from deskconsole.store.compiled import Compiled, Given
from deskconsole.store.store import Store
from deskconsole.store.tables import EventRow, TallyRow, TicketRow

COUNTED = 10_000  # of more, only that many are told
CLOSING = timedelta(hours=24)
_MOVES = 8
_LOOKED_THROUGH = 2_000  # events, the newest, at most, until so many moves are found

_OPEN = [status.slug for status in Status if not status.closed]
_TALLY = Compiled(
    lambda: TallyRow.select(TallyRow.status, TallyRow.tickets).where(TallyRow.status.in_(_OPEN))
)
_UNASSIGNED = Compiled(lambda: _counted(TicketRow.assignee.is_null() & TicketRow.status.in_(_OPEN)))
_OVERDUE = Compiled(
    lambda: _counted(
        TicketRow.closed_at.is_null()
        & TicketRow.status.in_(_OPEN)
        & (
            (TicketRow.due <= Given("now")) & (TicketRow.status != Status.BLOCKED.slug)
            | (TicketRow.due <= Given("day")) & (TicketRow.status == Status.BLOCKED.slug)
            | (TicketRow.promised <= Given("now"))
        )
    )
)
_CLOSING = Compiled(lambda: _counted(TicketRow.deadline.between(Given("now"), Given("soon"))))
_OLDEST = Compiled(
    lambda: (
        rows.tickets()
        .where((TicketRow.status == Given("status")) & TicketRow.status.in_(_OPEN))
        .order_by(TicketRow.opened_at, TicketRow.entered_at, TicketRow.id)
        .limit(1)
    )
)
_LATEST = Compiled(
    lambda: (
        rows.events()
        .where(EventRow.id > Given("event"))
        .where(EventRow.source.is_null() | (EventRow.source != EventRow.target))
        .order_by(EventRow.id.desc())
        .limit(_MOVES)
    )
)


def _counted(condition: object) -> object:
    found = TicketRow.select(TicketRow.id).where(condition).limit(COUNTED)
    return TicketRow.select(fn.COUNT(found.c.id)).from_(found)


def read_tally(store: Store) -> dict[Status, int]:
    """How many tickets each open status has."""
    return {Status.of(slug): tickets for slug, tickets in store.select(_TALLY)}


def read_overview(store: Store, now: datetime) -> Overview:
    """The desk at one moment."""
    with store.reading():
        waiting: dict[WaitsOn, int] = {waits: 0 for waits in WaitsOn if waits is not WaitsOn.NOBODY}
        for status, tickets in read_tally(store).items():
            waiting[status.waits_on] += tickets
        oldest = [ticket for slug in _OPEN for ticket in store.tickets(_OLDEST, status=slug)]
        upto = store.last_event()
        return Overview(
            waiting,
            int(store.select(_UNASSIGNED)[0][0]),
            int(store.select(_OVERDUE, now=now, day=review_due(store, now))[0][0]),
            int(store.select(_CLOSING, now=now, soon=now + CLOSING)[0][0]),
            min(oldest, key=lambda ticket: (ticket.opened_at, ticket.number), default=None),
            tuple(
                rows.event_record(*row)
                for row in store.select(_LATEST, event=upto - _LOOKED_THROUGH)
            ),
            store.event_time(upto) if upto else None,
        )
