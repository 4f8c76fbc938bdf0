"""What the board shows, read from the places of its columns.

Nothing here costs more on a desk of a million tickets than on one of ten.
"""

from collections.abc import Mapping
from datetime import datetime

from deskconsole.model import Board, Column, Order, Status, Ticket, Window
from deskconsole.store.find import Condition
from deskconsole.store.places import read_places
from deskconsole.store.store import Store


def read_board(
    store: Store,
    windows: Mapping[Status, Window],
    closed_since: datetime,
    fits: Condition | None = None,
    order: Order = Order.ATTENTION,
) -> Board:
    """The asked windows and the heads of all nine columns, at one moment.

    Open columns are sorted by `order`; closed ones show the last closed first, back to
    `closed_since`. With `fits`, a condition of `find`, only tickets that fit are shown and
    counted, and closed ones however old they are.
    """
    with store.reading():
        upto = store.last_event()
        places = read_places(store, Status, order, fits, closed_since)
        shown = {status: places[status].window(window) for status, window in windows.items()}
        cards = store.some([number for numbers, _, _ in shown.values() for number in numbers])
    by_number = {card.number: card for card in cards}
    columns = {}
    for status, column in places.items():
        numbers, above, below = shown.get(status, ([], False, False))
        mine = tuple(by_number[number] for number in numbers)
        head = (status, column.count, column.more, column.oldest)
        columns[status] = Column(*head, mine, above, below)
    return Board(upto, columns)


def read_neighbour(
    store: Store,
    ticket: Ticket,
    by: int,
    closed_since: datetime,
    fits: Condition | None = None,
    order: Order = Order.ATTENTION,
) -> Ticket | None:
    """The ticket below (1) or above (-1) the place of `ticket` in its column of the board.

    The place is that of `ticket` as it is given, whether or not it still stands there. None at
    the column's end.
    """
    status, place = ticket.status, ticket.key(order)
    with store.reading():
        column = read_places(store, (status,), order, fits, closed_since)[status]
        numbers, _, _ = column.window(Window(place, before=1, after=2))
        cards = {card.number: card for card in store.some(numbers)}
    others = [cards[number] for number in numbers if number != ticket.number]
    below = [card for card in others if (card.key(order) > place) is not order.descends(status)]
    above = [card for card in others if card not in below]
    return next(iter(below), None) if by > 0 else next(iter(above[::-1]), None)
