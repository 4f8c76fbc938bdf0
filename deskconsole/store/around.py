"""What stands around a ticket: who watches it, what it is related to, what is told of it."""

from collections import defaultdict

from peewee import fn

from deskconsole.model import Dossier, Event, Person, Relation, Ticket
from deskconsole.store import rows
from deskconsole.store.compiled import Compiled, Given
from deskconsole.store.store import Store
from deskconsole.store.tables import EventRow, PersonRow, TicketRow, WatcherRow

_WATCHERS = Compiled(
    lambda: (
        rows.people()
        .where(
            PersonRow.id.in_(
                WatcherRow.select(WatcherRow.person).where(WatcherRow.ticket == Given("number"))
            )
        )
        .order_by(PersonRow.name)
    )
)
_DUPLICATES = Compiled(
    lambda: rows.tickets().where(TicketRow.duplicate_of == Given("number")).order_by(TicketRow.id)
)
_FOLLOWERS = Compiled(
    lambda: rows.tickets().where(TicketRow.follows == Given("number")).order_by(TicketRow.id)
)


def _news() -> rows.Query:
    watches = WatcherRow.select(WatcherRow.ticket).where(
        (WatcherRow.ticket == EventRow.ticket) & (WatcherRow.person == Given("person"))
    )
    has = TicketRow.select(TicketRow.id).where(
        (TicketRow.id == EventRow.ticket) & (TicketRow.assignee == Given("person"))
    )
    mine = (EventRow.id > Given("after")) & (fn.EXISTS(watches) | fn.EXISTS(has))
    return rows.events().where(mine).order_by(EventRow.id.desc()).limit(Given("limit"))


_NEWS = Compiled(_news)


def read_dossier(store: Store, number: int) -> Dossier:
    """All there is on a ticket, at one moment; NotFound if there is none of that number."""
    with store.reading():
        ticket = store.ticket(number)
        events = tuple(store.timeline(number))
        return Dossier(
            ticket, events, tuple(watchers(store, number)), related(store, ticket), store.policy()
        )


def watchers(store: Store, number: int) -> list[Person]:
    """Who watches a ticket, by name."""
    return [rows.person_record(*row) for row in store.select(_WATCHERS, number=number)]


def watched(store: Store) -> dict[int, tuple[Person, ...]]:
    """Every watched ticket's watchers by its number, in the order of `watchers`."""
    people = {person.id: person for person in store.staff()}
    found: dict[int, list[Person]] = defaultdict(list)
    for number, person in store.select(WatcherRow.select(WatcherRow.ticket, WatcherRow.person)):
        found[number].append(people[person])
    return {number: tuple(sorted(all_, key=lambda p: p.name)) for number, all_ in found.items()}


def related(store: Store, ticket: Ticket) -> tuple[tuple[Relation, Ticket], ...]:
    """The tickets that this one names and those that name it, in the order of `Relation`."""
    number = ticket.number
    ways = (
        (Relation.DUPLICATE_OF, _named(store, ticket.duplicate_of)),
        (Relation.DUPLICATE, store.tickets(_DUPLICATES, number=number)),
        (Relation.FOLLOWS, _named(store, ticket.follows)),
        (Relation.FOLLOWED_BY, store.tickets(_FOLLOWERS, number=number)),
    )
    return tuple((relation, other) for relation, others in ways for other in others)


def _named(store: Store, number: int | None) -> list[Ticket]:
    return [] if number is None else store.some([number])


def news_for(store: Store, person: Person | None, after: int, limit: int) -> list[Event]:
    """What happened after event `after` on tickets that somebody watches or has, at most the
    last `limit`, oldest first."""
    if person is None:
        return []
    found = store.select(_NEWS, person=person.id, after=after, limit=limit)
    return [rows.event_record(*row) for row in found][::-1]
