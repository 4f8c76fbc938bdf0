"""What a desk's tables say of each other, on whichever database."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from peewee import fn

from deskconsole.finding import Finding, ok, wrong
from deskconsole.model import Status, ref
from deskconsole.store.store import Store
from deskconsole.store.tables import EventRow, TaggingRow, TallyRow, TicketRow, small
from deskconsole.words import plural

_NAMED = 5
_MANY = 10_000  # tickets compared at a time
_ARMED = (Status.WAITING_FOR_CUSTOMER, Status.WAITING_FOR_CUSTOMER_APPROVAL)


def table_findings(store: Store, help: str) -> Iterator[Finding]:
    """Counts and deadlines; `help` is what would help where they are wrong."""
    counted = TicketRow.select(TicketRow.status, fn.COUNT(TicketRow.id)).group_by(TicketRow.status)
    counts = dict(store.select(counted))
    tally = dict(store.select(TallyRow.select(TallyRow.status, TallyRow.tickets)))
    unlike = [status for status in Status if counts.get(status.slug, 0) != tally.get(status.slug)]
    for status in unlike:
        has, says = counts.get(status.slug, 0), tally.get(status.slug)
        yield wrong(f"{status.title} has {plural(has, 'ticket')}, its column says {says}", help)
    if not unlike:
        yield ok("the columns count right")
    told = EventRow.select(EventRow.id).where(EventRow.ticket == TicketRow.id)
    silent = TicketRow.select(TicketRow.id).where(~fn.EXISTS(told)).limit(_NAMED)
    for (number,) in store.select(silent):
        yield wrong(f"{ref(number)} has no events", help)
    waits = TicketRow.status.in_([status.slug for status in _ARMED])
    armed = TicketRow.deadline.is_null(False)
    odd = TicketRow.select(TicketRow.id).where((waits & ~armed) | (armed & ~waits)).limit(_NAMED)
    numbers = [number for (number,) in store.select(odd)]
    if numbers:
        named = ", ".join(map(ref, numbers))
        yield wrong(f"deadlines do not go with who waits on a customer: {named}", help)
    else:
        yield ok("whoever waits on a customer has a deadline, and nobody else")


def tag_findings(store: Store, help: str) -> Iterator[Finding]:
    """Whether every tag finds its tickets, and no others; `help` is what would help."""
    unlike = 0
    for first in range(1, store.last_number() + 1, _MANY):
        span = (first, first + _MANY - 1)
        tagged = TicketRow.select(TicketRow.id, TicketRow.tags).where(TicketRow.id.between(*span))
        tags = {number: set(small(tags).split()) for number, tags in store.select(tagged) if tags}
        found: dict[int, set[str]] = defaultdict(set)
        kept = TaggingRow.select(TaggingRow.ticket, TaggingRow.tag)
        for number, tag in store.select(kept.where(TaggingRow.ticket.between(*span))):
            found[number].add(tag)
        unlike += sum(tags.get(number) != found.get(number) for number in tags.keys() | found)
    if unlike:
        yield wrong(f"{plural(unlike, 'ticket')} cannot be found by what they are tagged", help)
    else:
        yield ok("every ticket can be found by its tags")


def overdue(store: Store, before: datetime) -> int:
    """How many tickets the clock should have closed before then."""
    late = TicketRow.deadline.is_null(False) & (TicketRow.deadline < before)
    return int(store.select(TicketRow.select(fn.COUNT(TicketRow.id)).where(late))[0][0])


def spans(store: Store, size: int) -> Iterator[tuple[int, int]]:
    """The tickets in spans of some `size` events: after which number, and up to which.

    They are told by the log, which tells also of tickets whose own rows cannot be read.
    """
    last = 0
    log = EventRow.select(EventRow.ticket).order_by(EventRow.ticket)
    while page := store.select(log.where(EventRow.ticket > last).limit(1).offset(size - 1)):
        yield last, page[0][0]
        last = page[0][0]
    if page := store.select(EventRow.select(fn.MAX(EventRow.ticket)).where(EventRow.ticket > last)):
        yield last, page[0][0] or last


def numbers(store: Store, after: int, upto: int) -> list[int]:
    """The tickets that the log tells of after number `after` and up to `upto`."""
    mine = (EventRow.ticket > after) & (EventRow.ticket <= upto)
    found = EventRow.select(EventRow.ticket).where(mine).distinct().order_by(EventRow.ticket)
    return [number for (number,) in store.select(found)]
