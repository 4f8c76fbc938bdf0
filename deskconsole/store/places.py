"""Where tickets stand in the columns of the board: how many there are, and which come next.

A column that nothing narrows down is walked by key, on the index of its order. Of a filtered board
all places are held in hand where a column is short, or where one word of the query fits few
tickets. Where each word fits many, those that fit are near wherever one looks, and the column is
walked by key after all; it is not counted to its end then.
"""

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

from peewee import SQL, Case, NodeList, Select, Tuple, fn

from deskconsole.model import CLOSED_COUNTED, Key, Order, Status, Window
from deskconsole.store import rows
from deskconsole.store.compiled import Compiled, Given, Text, stored
from deskconsole.store.database import Database
from deskconsole.store.find import Condition
from deskconsole.store.tables import TallyRow, TicketRow, from_micros
from deskconsole.store.ways import fewest

FEW = 5_000  # tickets, which are quicker held in hand than looked for among a million
_SIFTED = 200  # tickets to begin with, where each is asked for its words
_COUNTED = 100  # tickets of a filtered column that is not all in hand

_Row = tuple[Any, ...]
_Place = tuple[int, ...]  # a key as the columns of a row have it


class Places(ABC):
    """The places of one column, in its order.

    There are `count` of them, or with `more` more than that. `oldest`, since when the longest
    resident is there, is None where it is not known.
    """

    count: int = 0
    more: bool = False
    oldest: datetime | None = None

    @abstractmethod
    def window(self, window: Window) -> tuple[list[int], bool, bool]:
        """The tickets of a window, and whether there are more above and below it."""

    @abstractmethod
    def first(self, limit: int) -> list[int]:
        """At most `limit` tickets from the top."""

    @abstractmethod
    def between(self, one: Key, other: Key, limit: int) -> list[int]:
        """At most `limit` of the tickets between two places, both included."""

    @abstractmethod
    def pages(self, size: int) -> Iterator[list[int]]:
        """All tickets, so many at a time."""


def read_places(
    store: Database,
    statuses: Iterable[Status],
    order: Order,
    fits: Condition | None = None,
    closed_since: datetime | None = None,
) -> dict[Status, Places]:
    """The columns of these statuses, sorted by `order`, at one moment.

    Only tickets that fit are in them, if there is a condition; and if there is none, only those
    that were closed since `closed_since`.
    """
    if fits is None:
        return _whole_columns(store, statuses, order, closed_since)
    tally = dict(store.select(_TALLY))
    held: dict[Status, Places] = {status: _Held((), order, status) for status in statuses}
    wanted = [status for status in held if status in fits.statuses and tally[status.slug]]
    short = [status for status in wanted if tally[status.slug] <= FEW]
    long = [status for status in wanted if status not in short]
    way = fewest(store, fits, sum(tally.values()), FEW) if long else None
    if way is not None:
        left = fits.without(way.has) if way.has else fits
        return held | _held(store, _led(order), wanted, order, left, way=way.text)
    if short:
        held |= _held(store, _walked(order), short, order, fits)
    return held | {status: _Walked(store, status, order, fits=fits) for status in long}


def _whole_columns(
    store: Database, statuses: Iterable[Status], order: Order, closed_since: datetime | None
) -> dict[Status, Places]:
    since = from_micros(0) if closed_since is None else closed_since
    heads = {
        slug: head for slug, *head in store.select(_HEADS, since=since, most=CLOSED_COUNTED + 1)
    }
    columns: dict[Status, Places] = {}
    for status in statuses:
        column = columns[status] = _Walked(store, status, order, since=since)
        count, recent, oldest = heads[status.slug]
        column.oldest = None if oldest is None else from_micros(oldest)
        column.more = status.closed and recent > CLOSED_COUNTED
        column.count = min(recent, CLOSED_COUNTED) if status.closed else count
    return columns


# Places in hand


class _Held(Places):
    """Places that are all known, from rows of `_places_of`, which may come more than once."""

    def __init__(self, rows: Iterable[_Row], order: Order, status: Status) -> None:
        self._descends = order.descends(status)
        place = itemgetter(2, 0) if status.closed else itemgetter(slice(3, None))
        ordered = sorted(set(rows), key=place)
        self._places: list[_Place] = [place(row) for row in ordered]  # the smallest first
        self._numbers = [row[0] for row in (reversed(ordered) if self._descends else ordered)]
        self.count = len(ordered)
        self.oldest = from_micros(min(row[2] for row in ordered)) if ordered else None

    def window(self, window: Window) -> tuple[list[int], bool, bool]:
        if window.end:
            first, end = max(self.count - window.after, 0), self.count
        else:
            at = 0 if window.at is None else self._above(window.at)
            first, end = max(at - window.before, 0), min(at + window.after, self.count)
        return self._numbers[first:end], first > 0, end < self.count

    def first(self, limit: int) -> list[int]:
        return self._numbers[:limit]

    def between(self, one: Key, other: Key, limit: int) -> list[int]:
        first, last = sorted((one, other), key=_place, reverse=self._descends)
        return self._numbers[self._above(first) : self._above(last, itself=True)][:limit]

    def pages(self, size: int) -> Iterator[list[int]]:
        for first in range(0, self.count, size):
            yield self._numbers[first : first + size]

    def _above(self, key: Key, *, itself: bool = False) -> int:
        """How many places are above that one, or are it."""
        if self._descends:
            find = bisect_left if itself else bisect_right
            return self.count - find(self._places, _place(key))
        return (bisect_right if itself else bisect_left)(self._places, _place(key))


def _place(key: Key) -> _Place:
    return tuple(map(stored, key))


def _held(
    store: Database,
    query: Compiled,
    statuses: list[Status],
    order: Order,
    fits: Condition,
    **given: Text,
) -> dict[Status, Places]:
    rows: dict[str, list[_Row]] = {status.slug: [] for status in statuses}
    read = store.select(query, statuses=list(rows), fits=fits.text, **given)
    for row in _sifted(store, fits, read):
        rows[row[1]].append(row)
    return {status: _Held(rows[status.slug], order, status) for status in statuses}


def _sifted(store: Database, fits: Condition, rows: Sequence[_Row]) -> Sequence[_Row]:
    """The rows, which begin with a ticket's number, of those that have the words sought."""
    for words, has in fits.sought:
        found = store.holding(words, [row[0] for row in rows])
        rows = [row for row in rows if (row[0] in found) is has]
    return rows


def _places_of(order: Order) -> rows.Query:
    """SELECT of tickets: number, status, since when they are there, and what sorts open ones."""
    key = rows.arrangement(order, Status.WAITING_FOR_SUPPORT)
    columns = (TicketRow.id, TicketRow.status, TicketRow.entered_at, *key)
    query = TicketRow.select(*(column.coerce(False) for column in columns))
    return query.where(TicketRow.status.in_(Given("statuses")) & Given("fits"))


@cache
def _walked(order: Order) -> Compiled:
    return Compiled(lambda: _places_of(order))


@cache
def _led(order: Order) -> Compiled:
    """The same along the way to the tickets, which no database is to leave for another."""
    source = NodeList((SQL("("), Given("way"), SQL(") AS way CROSS JOIN"), TicketRow))
    led = TicketRow.id == SQL("way.number")
    return Compiled(lambda: _places_of(order).from_(source).where(led))


_TALLY = Compiled(lambda: TallyRow.select(TallyRow.status, TallyRow.tickets))


# Places on an index


class _Walked(Places):
    """Places that are walked by key, from wherever one is."""

    def __init__(
        self,
        store: Database,
        status: Status,
        order: Order,
        since: datetime | None = None,
        fits: Condition | None = None,
    ) -> None:
        self._store = store
        self._status = status
        self._order = order
        self._fits = fits
        self._given = {
            "status": status.slug,
            "closed_since": since,
            "fits": fits and self._walking(fits),
        }
        self._top: list[int] = []
        if fits is not None:
            self._top = self._next(_COUNTED + 1)
            self.count = min(len(self._top), _COUNTED)
            self.more = len(self._top) > _COUNTED

    def _walking(self, fits: Condition) -> Text:
        if not (self._status.closed or self._order is Order.AGE):
            return fits.text
        text = fits.walking(TicketRow.entered_at)
        if fits.opened is None or not self._status.closed:
            return text
        # What was opened long ago was mostly closed soon after, far from where a column begins.
        query = {"status": self._status.slug, "opened": fits.opened}
        ((latest,),) = self._store.select(_LATEST, **query)
        return Text(f'{text.sql} AND "t1"."entered_at" <= {latest or 0}', text.values)

    def window(self, window: Window) -> tuple[list[int], bool, bool]:
        up: list[int] = []
        if window.end:
            up = self._next(window.after + 1, up=True)
            return up[: window.after][::-1], len(up) > window.after, False
        if window.at is None:
            known = len(self._top) > window.after
            down = self._top if known else self._next(window.after + 1)
        else:
            up = self._next(window.before + 1, up=True, before=_place(window.at))
            down = self._next(window.after + 1, since=_place(window.at))
        numbers = [*up[: window.before][::-1], *down[: window.after]]
        return numbers, len(up) > window.before, len(down) > window.after

    def first(self, limit: int) -> list[int]:
        return self._next(limit)

    def between(self, one: Key, other: Key, limit: int) -> list[int]:
        descends = self._order.descends(self._status)
        first, last = sorted(map(_place, (one, other)), reverse=descends)
        return self._next(limit, since=first, upto=last)

    def pages(self, size: int) -> Iterator[list[int]]:
        page = self._walk(size)
        while page:
            yield [number for number, *_ in page]
            page = self._walk(size, after=page[-1][1:]) if len(page) == size else []

    def _next(self, limit: int, *, up: bool = False, **bounds: _Place) -> list[int]:
        return [number for number, *_ in self._walk(limit, up=up, **bounds)]

    def _walk(self, limit: int, *, up: bool = False, **bounds: _Place) -> Sequence[_Row]:
        """The next tickets, each with its place, down the column or up."""
        if self._fits is None or not self._fits.sought:
            return self._steps(limit, up, bounds)
        found: list[_Row] = []
        seen, size = 0, max(limit, _SIFTED)
        while True:
            steps = self._steps(size, up, bounds)
            found += _sifted(self._store, self._fits, steps)
            if len(found) >= limit or len(steps) < size:
                return found[:limit]
            bounds.pop("since", None)
            bounds["before" if up else "after"] = steps[-1][1:]
            seen += size
            likely = (limit - len(found)) * seen // max(len(found), 1)
            size = min(max(likely * 5 // 4, _SIFTED), 4 * seen)

    def _steps(self, limit: int, up: bool, bounds: Mapping[str, _Place]) -> Sequence[_Row]:
        closed, narrowed = self._status.closed, self._fits is not None
        query = _steps(self._order, closed, up, narrowed, tuple(bounds))
        given = {f"{bound}{at}": part for bound in bounds for at, part in enumerate(bounds[bound])}
        return self._store.select(query, limit=limit, **self._given, **given)


_LATEST = Compiled(
    lambda: TicketRow.select(fn.MAX(NodeList((SQL("+"), TicketRow.entered_at)))).where(
        (TicketRow.status == Given("status")) & Given("opened")
    )
)


@cache
def _steps(
    order: Order, closed: bool, up: bool, narrowed: bool, bounds: tuple[str, ...]
) -> Compiled:
    """SELECT of tickets with their places in an open or closed column, down or up.

    A bound is `since` a place, `after` or `before` it, or up to it (`upto`), downwards.
    """
    status = Status.DONE if closed else Status.WAITING_FOR_SUPPORT
    places = rows.arrangement(order, status)
    descends = order.descends(status)

    def write() -> rows.Query:
        mine = TicketRow.status == Given("status")
        if not closed:
            mine &= TicketRow.closed_at.is_null()  # as the indexes of open columns have it
        if narrowed:
            mine &= Given("fits")
        elif closed:
            mine &= TicketRow.entered_at >= Given("closed_since")
        for bound in bounds:
            mine &= _beyond(places, bound, descends)
        query = TicketRow.select(TicketRow.id, *(column.coerce(False) for column in places))
        sides = (column.desc() if descends is not up else column for column in places)
        return query.where(mine).order_by(*sides).limit(Given("limit"))

    return Compiled(write)


def _beyond(places: tuple[Any, ...], bound: str, descends: bool) -> Any:
    mine = Tuple(*places)
    given = Tuple(*(Given(f"{bound}{at}") for at in range(len(places))))
    below = bound in ("since", "after")
    if bound in ("since", "upto"):
        return mine <= given if below is descends else mine >= given
    return mine < given if below is descends else mine > given


# What a column that nothing narrows down has at its head


def _heads() -> rows.Query:
    """SELECT of every status, its tickets, those closed recently, and since when the oldest is
    there of those that are shown."""
    closed = TallyRow.status.in_([status.slug for status in Status if status.closed])

    def shown(ticket: Any, otherwise: str) -> Any:
        since = Case(None, [(closed, Given("since"))], SQL(otherwise))
        return (ticket.status == TallyRow.status) & (ticket.entered_at >= since)

    ticket = TicketRow.alias()
    oldest = ticket.select(fn.MIN(ticket.entered_at)).where(shown(ticket, "0"))
    never = str(2**62)
    recent = ticket.select(SQL("1").alias("one")).where(shown(ticket, never))
    counted = Select((recent.limit(Given("most")),), (fn.COUNT(SQL("*")),))
    return TallyRow.select(TallyRow.status, TallyRow.tickets, counted, oldest)


_HEADS = Compiled(_heads)
