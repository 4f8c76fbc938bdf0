"""What stands around a ticket: who watches it, what it is related to, what is told of it."""

from collections import defaultdict
from functools import cache

from peewee import fn

from deskconsole.model import Dossier, Event, Person, Relation, Ticket
from deskconsole.store import rows
from deskconsole.store.compiled import Compiled, Given
from deskconsole.store.store import Store
from deskconsole.store.tables import EventRow, PersonRow, TicketRow, WatcherRow


def read_dossier(store: Store, number: int) -> Dossier:
    """All there is on a ticket, at one moment; NotFound if there is none of that number."""
    with store.reading():
        ticket = store.ticket(number)
        events = tuple(store.timeline(number))
        return Dossier(ticket, events, tuple(watchers(store, number)), related(store, ticket))


def watchers(store: Store, number: int) -> list[Person]:
    """Who watches a ticket, by name."""
    return [rows.person_record(*row) for row in store.select(_WATCHERS, ticket=number)]


def _watchers() -> rows.Query:
    watch = WatcherRow.select(WatcherRow.person).where(WatcherRow.ticket == Given("ticket"))
    return rows.people().where(PersonRow.id.in_(watch)).order_by(PersonRow.name)


_WATCHERS = Compiled(_watchers)


def watched(store: Store) -> dict[int, tuple[Person, ...]]:
    """Every watched ticket's watchers by its number, in the order of `watchers`."""
    people = {person.id: person for person in store.staff()}
    found: dict[int, list[Person]] = defaultdict(list)
    for number, person in store.select(WatcherRow.select(WatcherRow.ticket, WatcherRow.person)):
        found[number].append(people[person])
    return {number: tuple(sorted(all_, key=lambda p: p.name)) for number, all_ in found.items()}


def related(store: Store, ticket: Ticket) -> tuple[tuple[Relation, Ticket], ...]:
    """The tickets that this one names and those that name it, in the order of `Relation`."""
    ways = (
        (Relation.DUPLICATE_OF, TicketRow.id, ticket.duplicate_of),
        (Relation.DUPLICATE, TicketRow.duplicate_of, ticket.number),
        (Relation.FOLLOWS, TicketRow.id, ticket.follows),
        (Relation.FOLLOWED_BY, TicketRow.follows, ticket.number),
    )
    return tuple(
        (relation, other)
        for relation, column, known in ways
        if known is not None
        for other in store.tickets(_with(column.name), number=known)
    )


@cache
def _with(column: str) -> Compiled:
    """The tickets that have a number in this column."""
    there = getattr(TicketRow, column) == Given("number")
    return Compiled(lambda: rows.tickets().where(there).order_by(TicketRow.id))


def news_for(store: Store, person: Person | None, after: int, limit: int) -> list[Event]:
    """What happened after event `after` on tickets that somebody watches or has, at most the
    last `limit`, oldest first."""
    if person is None:
        return []
    found = store.select(_NEWS, person=person.id, after=after, limit=limit)
    return [rows.event_record(*row) for row in found][::-1]


def _news() -> rows.Query:
    """SELECT of the newest events on tickets that somebody watches or has, the last first."""
    watches = WatcherRow.select(WatcherRow.ticket).where(
        (WatcherRow.ticket == EventRow.ticket) & (WatcherRow.person == Given("person"))
    )
    has = TicketRow.select(TicketRow.id).where(
        (TicketRow.id == EventRow.ticket) & (TicketRow.assignee == Given("person"))
    )
    mine = (EventRow.id > Given("after")) & (fn.EXISTS(watches) | fn.EXISTS(has))
    return rows.events().where(mine).order_by(EventRow.id.desc()).limit(Given("limit"))


_NEWS = Compiled(_news)
