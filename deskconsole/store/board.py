"""What the board shows: windows by key on an index, and tallies that triggers keep.

Nothing here costs more on a desk of a million tickets than on one of ten.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from peewee import fn

from deskconsole.model import Board, Column, Order, Status, Ticket, Window
from deskconsole.store import rows
from deskconsole.store.store import Store, beyond
from deskconsole.store.tables import TallyRow, TicketRow


def read_board(
    store: Store,
    windows: Mapping[Status, Window],
    closed_since: datetime,
    fits: Any = None,
    order: Order = Order.ATTENTION,
) -> Board:
    """The asked windows and the heads of all nine columns, at one moment.

    Open columns are sorted by `order`; closed ones show the last closed first, back to
    `closed_since`. With `fits`, a condition of `find`, only tickets that fit are shown and
    counted, and closed ones however old they are.
    """
    with store.reading():
        upto = store.last_event()
        columns = {}
        for status, count in _counts(store, closed_since, fits).items():
            mine = _mine(status, closed_since, fits)
            columns[status] = _column(store, status, count, windows.get(status), mine, order)
        return Board(upto, columns)


def read_neighbour(
    store: Store,
    ticket: Ticket,
    by: int,
    closed_since: datetime,
    fits: Any = None,
    order: Order = Order.ATTENTION,
) -> Ticket | None:
    """The ticket below (1) or above (-1) the place of `ticket` in its column of the board.

    The place is that of `ticket` as it is given, whether or not it still stands there. None at
    the column's end.
    """
    status, place = ticket.status, ticket.key(order)
    places, largest_first = rows.arrangement(order, status), order.descends(status)
    query = rows.tickets().where(_mine(status, closed_since, fits))
    near = Window(place, before=1, after=2)
    with store.reading():
        cards, _, _ = _window(store, query, places, largest_first, near)
    others = [card for card in cards if card.number != ticket.number]
    below = [card for card in others if (card.key(order) > place) is not largest_first]
    above = [card for card in others if card not in below]
    return next(iter(below), None) if by > 0 else next(iter(above[::-1]), None)


def _mine(status: Status, closed_since: datetime, fits: Any) -> Any:
    """WHERE a ticket stands in this column."""
    mine = TicketRow.status == status.slug
    if not status.closed:
        mine &= TicketRow.closed_at.is_null()  # as the indexes of open columns have it
    if fits is not None:
        return mine & fits
    return mine & (TicketRow.entered_at >= closed_since) if status.closed else mine


def _counts(store: Store, closed_since: datetime, fits: Any) -> dict[Status, int]:
    if fits is not None:
        grouped = TicketRow.select(TicketRow.status, fn.COUNT(TicketRow.id)).where(fits)
        counts = dict(store.select(grouped.group_by(TicketRow.status)))
        return {status: counts.get(status.slug, 0) for status in Status}
    counts = dict(store.select(TallyRow.select(TallyRow.status, TallyRow.tickets)))
    for status in Status:
        if status.closed:
            recent = (TicketRow.status == status.slug) & (TicketRow.entered_at >= closed_since)
            query = TicketRow.select(fn.COUNT(TicketRow.id)).where(recent)
            counts[status.slug] = store.select(query)[0][0]
    return {status: counts[status.slug] for status in Status}


def _column(
    store: Store, status: Status, count: int, window: Window | None, mine: Any, order: Order
) -> Column:
    by_age = TicketRow.select(TicketRow.entered_at).where(mine)
    first = store.select(by_age.order_by(TicketRow.entered_at).limit(1)) if count else []
    oldest = first[0][0] if first else None
    if window is None or not count:
        return Column(status, count, oldest)
    places = rows.arrangement(order, status)
    query = rows.tickets().where(mine)
    cards, above, below = _window(store, query, places, order.descends(status), window)
    return Column(status, count, oldest, tuple(cards), above, below)


def _window(
    store: Store, query: Any, places: tuple[Any, ...], largest_first: bool, window: Window
) -> tuple[list[Ticket], bool, bool]:
    """The cards of a window, and whether there are more above and below it."""
    down = [field.desc() for field in places] if largest_first else list(places)
    up = list(places) if largest_first else [field.desc() for field in places]
    if window.end:
        cards = store.tickets(query.order_by(*up).limit(window.after + 1))[::-1]
        return cards[-window.after :], len(cards) > window.after, False
    before: list[Ticket] = []
    tail = query
    if window.at is not None:
        head = query.where(beyond(places, window.at, smaller=not largest_first, inclusive=False))
        before = store.tickets(head.order_by(*up).limit(window.before + 1))[::-1]
        tail = query.where(beyond(places, window.at, smaller=largest_first, inclusive=True))
    rest = store.tickets(tail.order_by(*down).limit(window.after + 1))
    kept = before[len(before) - window.before :] if len(before) > window.before else before
    return (
        kept + rest[: window.after],
        len(before) > len(kept),
        len(rest) > window.after,
    )
