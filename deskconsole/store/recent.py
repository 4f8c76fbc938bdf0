"""What people most likely mean when they begin to name something: read in a few milliseconds,
however long the desk is."""

from collections import Counter
from functools import reduce
from operator import or_
from typing import Any

from deskconsole.model import Status
from deskconsole.store.store import Store
from deskconsole.store.tables import TicketRow

_MANY = 10_000  # numbers, from which on it is quicker to look for them among the last changed
_LATEST = 5_000  # tickets whose tags count as in use


def recent(store: Store, digits: str, limit: int) -> list[tuple[int, str]]:
    """Numbers and titles of at most `limit` tickets whose number begins with `digits`.

    Open ones before closed ones, the last changed first.
    """
    closed = TicketRow.status.in_([status.slug for status in Status if status.closed])
    with store.reading():
        ranges = _beginning(digits, store.last_number())
        fits = reduce(or_, (TicketRow.id.between(first, end) for first, end in ranges))
        if sum(end - first + 1 for first, end in ranges) < _MANY:
            query = _tickets().where(fits).order_by(closed, TicketRow.version.desc())
            return [(number, title) for _, number, title in store.select(query.limit(limit))]
        found: list[tuple[int, str]] = []
        for is_closed in (False, True):
            rows: list[tuple[int, int, str]] = []
            for status in Status:
                if status.closed is is_closed:
                    query = _tickets().where(TicketRow.status == status.slug)
                    query = query.where(fits) if digits else query
                    rows += store.select(query.order_by(TicketRow.version.desc()).limit(limit))
            found += [(number, title) for _, number, title in sorted(rows, reverse=True)]
        return found[:limit]


def _tickets() -> Any:
    return TicketRow.select(TicketRow.version, TicketRow.id, TicketRow.title)


def _beginning(digits: str, last: int) -> list[tuple[int, int]]:
    """The numbers that begin with `digits`, first and last: 12, 120 to 129, up to the last one."""
    if not digits:
        return [(1, last)]
    if digits[0] == "0":
        return [(0, 0)]  # no number does
    first = end = int(digits)
    ranges = [(first, end)]
    while first * 10 <= last:
        first, end = first * 10, end * 10 + 9
        ranges.append((first, end))
    return ranges


def tags_in_use(store: Store) -> list[str]:
    """The tags of the newest tickets, the most used first."""
    newest = TicketRow.select(TicketRow.tags).order_by(TicketRow.id.desc()).limit(_LATEST)
    counts = Counter(tag for (tags,) in store.select(newest) for tag in tags.split())
    return [tag for tag, _ in counts.most_common()]
