"""What people most likely mean when they begin to name something: read in a few milliseconds,
however long the desk is."""

from collections import Counter
from functools import reduce
from operator import or_
from typing import Any

from peewee import JOIN

from deskconsole.model import Status
from deskconsole.store.store import Store
from deskconsole.store.tables import EventRow, TallyRow, TicketRow

_MANY = 10_000  # tickets, from which on the last changed are sooner found by the log
_CLOSED = [status.slug for status in Status if status.closed]
_OPEN = [status.slug for status in Status if not status.closed]
_LATEST = 5_000  # tickets whose tags count as in use


def recent(store: Store, digits: str, limit: int) -> list[tuple[int, str]]:
    """Numbers and titles of at most `limit` tickets whose number begins with `digits`.

    Open ones before closed ones, the last changed first.
    """
    with store.reading():
        ranges = _beginning(digits, store.last_number())
        fits = reduce(or_, (TicketRow.id.between(first, end) for first, end in ranges))
        if sum(end - first + 1 for first, end in ranges) < _MANY:
            order = (TicketRow.status.in_(_CLOSED), TicketRow.version.desc())
            return list(store.select(_tickets().where(fits).order_by(*order).limit(limit)))
        counts = dict(store.select(TallyRow.select(TallyRow.status, TallyRow.tickets)))
        found: list[tuple[int, str]] = []
        for slugs in (_OPEN, _CLOSED):
            few = sum(counts[slug] for slug in slugs) < _MANY
            query = _tickets().order_by(TicketRow.version.desc()) if few else _by_log()
            query = query.where(TicketRow.status.in_(slugs))
            found += store.select(
                (query.where(fits) if digits else query).limit(limit - len(found))
            )
        return found


def _tickets() -> Any:
    return TicketRow.select(TicketRow.id, TicketRow.title)


def _by_log() -> Any:
    """Every ticket at the place of its last event: the last changed first without a sort.

    The cross join is SQLite's word for reading the log first.
    """
    last = (EventRow.id == TicketRow.version) & (EventRow.ticket == TicketRow.id)
    query = EventRow.select(TicketRow.id, TicketRow.title).join(TicketRow, JOIN.CROSS)
    return query.where(last).order_by(EventRow.id.desc())


def _beginning(digits: str, last: int) -> list[tuple[int, int]]:
    """The numbers that begin with `digits`, first and last: 12, 120 to 129, up to the last one."""
    if not digits:
        return [(1, last)]
    if digits[0] == "0":
        return [(0, 0)]
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
