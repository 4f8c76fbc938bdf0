"""Reads and writes of one desk. Reads return frozen records; there are no lazy queries outside.

`Store` may be used from any thread: Peewee keeps a connection for each. A thread that used it
calls `close` before it ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from peewee import JOIN, Tuple, Value, fn

from deskconsole.calendar import local_zone
from deskconsole.errors import NotFound, StoreDown
from deskconsole.model import (
    Change,
    Clone,
    CloneState,
    Event,
    Key,
    Order,
    Person,
    Policy,
    Status,
    Ticket,
    changed,
    ref,
)
from deskconsole.store import rows
from deskconsole.store.household import Household, policy_settings
from deskconsole.store.postgres import is_server, open_postgres, peek_postgres, server_name
from deskconsole.store.sqlite import open_sqlite, peek_sqlite
from deskconsole.store.standing import refuse_moved
from deskconsole.store.tables import (
    CloneRow,
    EventRow,
    MessageRow,
    PersonRow,
    TicketRow,
    WatcherRow,
    to_micros,
)

_PAGE = 500  # tickets fetched at a time where all are walked


def open_store(url: str) -> "Store":
    """The store of a desk named by a path, `sqlite:///path` or `postgresql://…/database`.

    StoreDown if it cannot be opened.
    """
    backend, made = open_postgres(url) if is_server(url) else open_sqlite(_path(url))
    store = Store(backend, store_name(url))
    try:
        with store.reading():
            refuse_moved(store)
            store.read_only = backend.read_only()
    except StoreDown:
        store.close()
        raise
    if made:
        with store.writing():
            for name, value in policy_settings(changed(Policy(), timezone=local_zone())).items():
                store.set_policy(name, value)
    return store


def peek_store(url: str) -> "Store | None":
    """The store of a desk as it stands, to look at only: it is neither made nor brought up to date.

    None if there is no desk to look at; StoreDown if it cannot be reached.
    """
    backend = peek_postgres(url) if is_server(url) else peek_sqlite(_path(url))
    return Store(backend, store_name(url)) if backend else None


def desk_file(url: str) -> Path | None:
    """The file of the desk that `url` names, there or not; None where a server keeps it."""
    return None if is_server(url) else _path(url)


def store_name(url: str) -> str:
    """What a person calls the desk that `url` names: no password is in it."""
    return server_name(url) if is_server(url) else str(_path(url))


def _path(url: str) -> Path:
    scheme = urlsplit(url).scheme
    if "://" not in url:
        path = Path(url).expanduser()
    elif scheme == "sqlite":
        path = Path(unquote(url.split("://", 1)[1].removeprefix("/")))
    else:
        raise StoreDown(
            f"desks on {scheme}:// are not served; name an SQLite file or a postgresql:// database"
        )
    if "\0" in str(path):
        raise StoreDown("a desk's name has no null characters; name an SQLite file")
    return path.absolute()


def beyond(order: tuple[Any, ...], key: Key, *, smaller: bool, inclusive: bool) -> Any:
    """WHERE: the columns `order`, taken together, are smaller (or larger) than `key`."""
    place = Tuple(
        *(
            Value(to_micros(part) if isinstance(part, datetime) else part, converter=False)
            for part in key
        )
    )
    mine = Tuple(*order)
    if smaller:
        return mine <= place if inclusive else mine < place
    return mine >= place if inclusive else mine > place


class Store(Household):
    """All of one desk: its household, its tickets and their log."""

    def ticket(self, number: int) -> Ticket:
        """The ticket, with its clones; NotFound if there is none of that number."""
        found = self.tickets(rows.tickets().where(TicketRow.id == number))
        if not found:
            raise NotFound(f"there is no {ref(number)} on this desk")
        return found[0]

    def some(self, numbers: Iterable[int]) -> list[Ticket]:
        """The tickets of these numbers, by number; those that there are not are left out."""
        mine = TicketRow.id.in_(list(numbers))
        return self.tickets(rows.tickets().where(mine).order_by(TicketRow.id))

    def has_ticket(self, number: int) -> bool:
        """Whether the number is taken."""
        return bool(self.select(TicketRow.select(TicketRow.id).where(TicketRow.id == number)))

    def last_number(self) -> int:
        """The highest ticket number so far, 0 on an empty desk."""
        return int(self.select(TicketRow.select(fn.MAX(TicketRow.id)))[0][0] or 0)

    def listing(
        self,
        statuses: Iterable[Status],
        assignee: Person | None = None,
        fits: Any = None,
        order: Order = Order.ATTENTION,
    ) -> Iterator[Ticket]:
        """Tickets in these statuses, sorted as on the board, a page at a time.

        `fits` is a condition of `find`.
        """
        for status in statuses:
            query = rows.tickets().where(TicketRow.status == status.slug)
            if assignee:
                query = query.where(TicketRow.assignee == assignee.id)
            if fits is not None:
                query = query.where(fits)
            places = rows.arrangement(order, status)
            largest_first = order.descends(status)
            down = [field.desc() for field in places] if largest_first else places
            page = query
            while True:
                tickets = self.tickets(page.order_by(*down).limit(_PAGE))
                yield from tickets
                if len(tickets) < _PAGE:
                    break
                last = tickets[-1].key(order)
                page = query.where(beyond(places, last, smaller=largest_first, inclusive=False))

    def numbers(
        self,
        statuses: Iterable[Status],
        closed_since: datetime,
        fits: Any = None,
        span: tuple[Order, Key, Key] | None = None,
        limit: int = 1000,
    ) -> list[int]:
        """The numbers of the tickets that the board shows in these statuses, at most `limit`.

        With `span` only those whose keys in that order lie between the two keys, both included.
        """
        found: list[int] = []
        for status in statuses:
            mine = TicketRow.status == status.slug
            if fits is not None:
                mine &= fits
            elif status.closed:
                mine &= TicketRow.entered_at >= closed_since
            if span is not None:
                order, *ends = span
                places = rows.arrangement(order, status)
                mine &= beyond(places, min(ends), smaller=False, inclusive=True)
                mine &= beyond(places, max(ends), smaller=True, inclusive=True)
            query = TicketRow.select(TicketRow.id).where(mine).limit(limit - len(found))
            found += [number for (number,) in self.select(query)]
        return found

    def histories(self, last: int = 0) -> Iterator[tuple[Ticket, list[Event]]]:
        """Every ticket after number `last` with its whole timeline, a page at a time."""
        while True:
            page = rows.tickets().where(TicketRow.id > last).order_by(TicketRow.id).limit(_PAGE)
            tickets = self.tickets(page)
            if not tickets:
                return
            span = EventRow.ticket.between(tickets[0].number, tickets[-1].number)
            timeline = defaultdict(list)
            query = rows.events().where(span).order_by(EventRow.ticket, EventRow.id)
            for event in self._events(query):
                timeline[event.ticket].append(event)
            for ticket in tickets:
                yield ticket, timeline[ticket.number]
            last = tickets[-1].number

    def waiting(self, until: datetime | None = None, limit: int | None = None) -> list[Ticket]:
        """The tickets whose deadline comes by `until` (all armed ones without), next due first."""
        armed = TicketRow.deadline.is_null(False)
        if until is not None:
            armed &= TicketRow.deadline <= until
        query = rows.tickets().where(armed).order_by(TicketRow.deadline, TicketRow.id)
        return self.tickets(query.limit(limit) if limit else query)

    def next_deadline(self) -> datetime | None:
        """When the clock has to act next, if ever."""
        query = TicketRow.select(TicketRow.deadline).where(TicketRow.deadline.is_null(False))
        found = self.select(query.order_by(TicketRow.deadline).limit(1))
        return found[0][0] if found else None

    def teams(self) -> list[str]:
        """The teams that clones have gone to so far, by name."""
        query = CloneRow.select(CloneRow.team).distinct().order_by(CloneRow.team)
        return [team for (team,) in self.select(query)]

    # The log

    def last_event(self) -> int:
        """The id of the newest event, 0 on an empty desk."""
        return int(self.select(EventRow.select(fn.MAX(EventRow.id)))[0][0] or 0)

    def event_time(self, event: int) -> datetime:
        """When an event happened."""
        at: datetime = self.select(EventRow.select(EventRow.at).where(EventRow.id == event))[0][0]
        return at

    def timeline(self, number: int, after: int = 0) -> list[Event]:
        """A ticket's events after event `after`, oldest first, each with its message."""
        mine = (EventRow.ticket == number) & (EventRow.id > after)
        return self._events(rows.events().where(mine).order_by(EventRow.id))

    def events_after(self, event: int, limit: int = 1000) -> list[Event]:
        """What happened on the desk after event `event`, in commit order, at most `limit`."""
        query = rows.events().where(EventRow.id > event).order_by(EventRow.id).limit(limit)
        return self._events(query)

    def events_by(self, person: Person, since: datetime, limit: int = 1000) -> list[Event]:
        """What a person did since then, newest first, at most `limit` events."""
        mine = (EventRow.actor == person.id) & (EventRow.at >= since)
        return self._events(rows.events().where(mine).order_by(EventRow.id.desc()).limit(limit))

    def _events(self, query: rows.Query) -> list[Event]:
        return [rows.event_record(*row) for row in self.select(query)]

    def tickets(self, query: rows.Query) -> list[Ticket]:
        """The tickets of a narrowed and ordered `rows.tickets` query, with their clones."""
        found = self.select(query)
        clones = self.clones([row[0] for row in found])
        return [rows.ticket_record(row, clones.get(row[0], ())) for row in found]

    def clones(self, numbers: Sequence[int]) -> dict[int, tuple[Clone, ...]]:
        """The clones of these tickets, by ticket number."""
        if not numbers:
            return {}
        query = (
            CloneRow.select(
                CloneRow.ticket,
                CloneRow.number,
                CloneRow.team,
                CloneRow.state,
                CloneRow.title,
                CloneRow.tracker,
                PersonRow.name,
            )
            .join(PersonRow, JOIN.LEFT_OUTER, on=(CloneRow.engineer == PersonRow.id))
            .where(CloneRow.ticket.in_(numbers))
            .order_by(CloneRow.ticket, CloneRow.number)
        )
        found: dict[int, list[Clone]] = defaultdict(list)
        for ticket, number, team, state, title, tracker, engineer in self.select(query):
            clone = Clone(number, team, CloneState(state), title, tracker, engineer)
            found[ticket].append(clone)
        return {number: tuple(clones) for number, clones in found.items()}

    # Writes, each inside `writing`

    def put(self, change: Change, before: Ticket | None) -> Ticket:
        """Record a change of a ticket that stood as `before`; the ticket with its new version.

        What is recorded in one write transaction is one act.
        """
        ticket = changed(change.ticket, version=self.last_event() + 1)
        columns = rows.ticket_columns(ticket)
        if before is None:
            self._run(TicketRow.insert(id=ticket.number, **columns))
        else:
            self._run(TicketRow.update(**columns).where(TicketRow.id == ticket.number))
        had = before.clones if before else ()
        if len(had) > len(ticket.clones):
            last = len(ticket.clones)
            gone = (CloneRow.ticket == ticket.number) & (CloneRow.number > last)
            self._run(CloneRow.delete().where(gone))
        for clone in ticket.clones:
            if clone not in had:
                member = self.member(clone.engineer) if clone.engineer else None
                columns = _clone_columns(
                    ticket.number, clone, {member.name: member} if member else {}
                )
                key = [CloneRow.ticket, CloneRow.number]
                upsert = CloneRow.insert(**columns).on_conflict(conflict_target=key, update=columns)
                self._run(upsert)
        self._act.begun = self._act.begun or ticket.version
        self._run(EventRow.insert(**_event_columns(ticket.version, change, self._act.begun)))
        if change.brings.message:
            self._run(MessageRow.insert(**_message_columns(ticket.version, change)))
        return ticket

    def add_watchers(self, pairs: Iterable[tuple[int, Person]]) -> None:
        """Let people watch tickets, by number; who does already goes on."""
        for number, person in pairs:
            self._run(WatcherRow.insert(ticket=number, person=person.id).on_conflict_ignore())

    def drop_watcher(self, number: int, person: Person) -> None:
        """Let somebody watch a ticket no more."""
        mine = (WatcherRow.ticket == number) & (WatcherRow.person == person.id)
        self._run(WatcherRow.delete().where(mine))

    def defer_references(self) -> None:
        """Let tickets of this transaction name others that come later in it."""
        self._backend.defer_references()

    def empty(self, models: Iterable[Any]) -> None:
        """Delete every row of these tables."""
        with self._translated():
            self._backend.forget_words()
        for model in models:
            self._run(model.delete())

    def put_histories(
        self, histories: Sequence[Sequence[Change]], staff: Mapping[str, Person]
    ) -> None:
        """Record whole new tickets, each as the changes that made it, many at a time.

        `staff` has every engineer of theirs by name.
        """
        event = self.last_event()
        tickets, clones, messages = [], [], []
        events: list[dict[str, Any]] = []
        for changes in histories:
            for change in changes:
                event += 1
                act = events[-1]["act"] if change.brings.at_once else event
                events.append(_event_columns(event, change, act))
                if change.brings.message:
                    messages.append(_message_columns(event, change))
            last = changes[-1].ticket
            tickets.append({"id": last.number, **rows.ticket_columns(last), "version": event})
            clones += [_clone_columns(last.number, clone, staff) for clone in last.clones]
        with self._translated(), self._backend.adding([row["id"] for row in tickets]):
            for model, columns in (
                (TicketRow, tickets),
                (CloneRow, clones),
                (EventRow, events),
                (MessageRow, messages),
            ):
                self.insert_all(model, columns)


def _clone_columns(ticket: int, clone: Clone, staff: Mapping[str, Person]) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "number": clone.number,
        "team": clone.team,
        "state": clone.state.value,
        "title": clone.title,
        "tracker": clone.tracker,
        "engineer": staff[clone.engineer].id if clone.engineer else None,
    }


def _event_columns(event: int, change: Change, act: int) -> dict[str, Any]:
    return {
        "id": event,
        "ticket": change.ticket.number,
        "at": change.at,
        "verb": change.verb.value,
        "actor": change.by.person.id if change.by.person else None,
        "role": change.by.role.value,
        "source": change.source.slug if change.source else None,
        "target": change.ticket.status.slug,
        "brings": rows.brings_text(change.brings),
        "act": act,
    }


def _message_columns(event: int, change: Change) -> dict[str, Any]:
    return {
        "event": event,
        "ticket": change.ticket.number,
        "public": change.public,
        "body": change.brings.message,
    }
