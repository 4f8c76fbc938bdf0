"""Reads and writes of one desk. Reads return frozen records; there are no lazy queries outside.

`Store` may be used from any thread: Peewee keeps a connection for each. A thread that used it
calls `close` before it ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from threading import Event as Flag
from typing import Any
from urllib.parse import unquote, urlsplit

from peewee import JOIN, SqliteDatabase, Tuple, Value, fn

from deskconsole.calendar import local_zone, parse_period
from deskconsole.errors import NotFound, StoreDown
from deskconsole.model import (
    Change,
    Clone,
    CloneState,
    Event,
    Key,
    Person,
    Policy,
    Role,
    Status,
    Ticket,
    ref,
)
from deskconsole.store import rows
from deskconsole.store.sqlite import Watch, open_sqlite, translated
from deskconsole.store.tables import (
    CloneRow,
    EventRow,
    MessageRow,
    PersonRow,
    PolicyRow,
    TicketRow,
    WatcherRow,
    to_micros,
)

_PAGE = 500  # tickets fetched at a time where all are walked


def open_store(url: str) -> "Store":
    """The store of a desk named by a path or `sqlite:///path`; StoreDown if it cannot be opened."""
    scheme = urlsplit(url).scheme
    if "://" not in url:
        path = Path(url).expanduser()
    elif scheme == "sqlite":
        path = Path(unquote(url.split("://", 1)[1].removeprefix("/")))
    else:
        raise StoreDown(f"desks on {scheme}:// are not served; name an SQLite file instead")
    if "\0" in str(path):
        raise StoreDown("a desk's name has no null characters; name an SQLite file")
    path = path.absolute()
    database, made = open_sqlite(path)
    store = Store(database, str(path))
    if made:
        with store.writing():
            for name, value in policy_settings(replace(Policy(), timezone=local_zone())).items():
                store.set_policy(name, value)
    return store


def policy_settings(policy: Policy) -> dict[str, str]:
    """Policy by name, each as the words that set it."""
    settings: dict[str, str] = {}
    for field in fields(policy):
        value = getattr(policy, field.name)
        settings[field.name] = ", ".join(value) if isinstance(value, tuple) else str(value)
    return settings


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


class Store:
    """One desk's tables: `name` is what a person calls the desk, its path."""

    def __init__(self, database: SqliteDatabase, name: str) -> None:
        self._database = database
        self.name = name

    def close(self) -> None:
        """End this thread's connection."""
        if not self._database.is_closed():
            self._database.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write transaction under the desk's write lock: all of it is kept, or nothing."""
        with translated(self.name), self._database.atomic("IMMEDIATE"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One moment of the desk: every read inside sees the same state."""
        with translated(self.name), self._database.atomic():
            yield

    def watch(self) -> Watch:
        """A watch for this thread, which must keep it to itself."""
        with translated(self.name):
            return Watch(self._database)

    def wait(self, watch: Watch, stop: Flag) -> bool:
        """Block until anything was committed elsewhere (True), or `stop` is set (False)."""
        with translated(self.name):
            return watch.wait(stop)

    def select(self, query: rows.Query) -> Sequence[Any]:
        """The rows of a query, as tuples."""
        with translated(self.name):
            return list(query.tuples().execute(self._database))

    def _run(self, query: rows.Query) -> Any:
        with translated(self.name):
            return query.execute(self._database)

    # People

    def people(self) -> list[Person]:
        """Everybody that the desk knows, by role and name."""
        query = rows.people().order_by(PersonRow.role, PersonRow.name, PersonRow.id)
        return [rows.person_record(*row) for row in self.select(query)]

    def staff(self) -> list[Person]:
        """Technicians, engineers and leads, by name."""
        return [person for person in self.people() if person.role is not Role.CUSTOMER]

    def member(self, name: str) -> Person | None:
        """The technician, engineer or lead of this name."""
        query = rows.people().where(
            (PersonRow.name == name) & (PersonRow.role != Role.CUSTOMER.value)
        )
        return next((rows.person_record(*row) for row in self.select(query)), None)

    def correspondent(self, email: str) -> Person | None:
        """The person who writes from this address."""
        query = rows.people().where(PersonRow.email == email)
        return next((rows.person_record(*row) for row in self.select(query)), None)

    def add_person(self, name: str, email: str | None, role: Role) -> Person:
        """A person new to the desk."""
        key = self._run(PersonRow.insert(name=name, email=email, role=role.value))
        return Person(key, name, email, role)

    def set_role(self, person: Person, role: Role) -> None:
        """Give a person another role."""
        self._run(PersonRow.update(role=role.value).where(PersonRow.id == person.id))

    # Policy

    def policy(self) -> Policy:
        """The desk's policy as it is set now."""
        settings = dict(self.select(PolicyRow.select(PolicyRow.name, PolicyRow.setting)))
        values: dict[str, Any] = {}
        for field in fields(Policy):
            text = settings.get(field.name)
            if text is None:
                continue
            if field.name in ("timezone", "link"):
                values[field.name] = text
            elif field.name == "teams":
                values[field.name] = tuple(team for team in text.split(", ") if team)
            else:
                values[field.name] = parse_period(text)
        return Policy(**values)

    def set_policy(self, name: str, value: str) -> None:
        """Set one policy to words that were judged already."""
        self._run(
            PolicyRow.insert(name=name, setting=value).on_conflict(
                conflict_target=[PolicyRow.name], update={PolicyRow.setting: value}
            )
        )

    # Tickets

    def ticket(self, number: int) -> Ticket:
        """The ticket, with its clones; NotFound if there is none of that number."""
        found = self.tickets(rows.tickets().where(TicketRow.id == number))
        if not found:
            raise NotFound(f"there is no {ref(number)} on this desk")
        return found[0]

    def has_ticket(self, number: int) -> bool:
        """Whether the number is taken."""
        return bool(self.select(TicketRow.select(TicketRow.id).where(TicketRow.id == number)))

    def last_number(self) -> int:
        """The highest ticket number so far, 0 on an empty desk."""
        return int(self.select(TicketRow.select(fn.MAX(TicketRow.id)))[0][0] or 0)

    def listing(
        self, statuses: Iterable[Status], assignee: Person | None = None, fits: Any = None
    ) -> Iterator[Ticket]:
        """Tickets in these statuses, in the board's order, a page at a time.

        `fits` is a condition of `find`.
        """
        order = (TicketRow.priority, TicketRow.entered_at, TicketRow.id)
        for status in statuses:
            query = rows.tickets().where(TicketRow.status == status.slug)
            if assignee:
                query = query.where(TicketRow.assignee == assignee.id)
            if fits is not None:
                query = query.where(fits)
            page = query
            while True:
                tickets = self.tickets(page.order_by(*order).limit(_PAGE))
                yield from tickets
                if len(tickets) < _PAGE:
                    break
                last = tickets[-1]
                key = (int(last.priority), last.entered_at, last.number)
                page = query.where(beyond(order, key, smaller=False, inclusive=False))

    def histories(self) -> Iterator[tuple[Ticket, list[Event]]]:
        """Every ticket by number with its whole timeline, a page at a time."""
        last = 0
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

    def waiting(self, until: datetime | None = None) -> list[Ticket]:
        """The tickets whose deadline comes by `until` (all armed ones without), next due first."""
        armed = TicketRow.deadline.is_null(False)
        if until is not None:
            armed &= TicketRow.deadline <= until
        return self.tickets(rows.tickets().where(armed).order_by(TicketRow.deadline, TicketRow.id))

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
        """Record a change of a ticket that stood as `before`; the ticket with its new version."""
        ticket = replace(change.ticket, version=self.last_event() + 1)
        columns = rows.ticket_columns(ticket)
        if before is None:
            self._run(TicketRow.insert(id=ticket.number, **columns))
        else:
            self._run(TicketRow.update(**columns).where(TicketRow.id == ticket.number))
        had = before.clones if before else ()
        for clone in ticket.clones:
            if clone not in had:
                member = self.member(clone.engineer) if clone.engineer else None
                columns = _clone_columns(
                    ticket.number, clone, {member.name: member} if member else {}
                )
                key = [CloneRow.ticket, CloneRow.number]
                upsert = CloneRow.insert(**columns).on_conflict(conflict_target=key, update=columns)
                self._run(upsert)
        self._run(EventRow.insert(**_event_columns(ticket.version, change)))
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
        self._database.pragma("defer_foreign_keys", 1)

    def put_histories(
        self, histories: Sequence[Sequence[Change]], staff: Mapping[str, Person]
    ) -> None:
        """Record whole new tickets, each as the changes that made it, many at a time.

        `staff` has every engineer of theirs by name.
        """
        event = self.last_event()
        tickets, clones, events, messages = [], [], [], []
        for changes in histories:
            for change in changes:
                event += 1
                events.append(_event_columns(event, change))
                if change.brings.message:
                    messages.append(_message_columns(event, change))
            last = replace(changes[-1].ticket, version=event)
            tickets.append({"id": last.number, **rows.ticket_columns(last)})
            clones += [_clone_columns(last.number, clone, staff) for clone in last.clones]
        for model, columns in (
            (TicketRow, tickets),
            (CloneRow, clones),
            (EventRow, events),
            (MessageRow, messages),
        ):
            self._insert_all(model, columns)

    def _insert_all(self, model: Any, columns: list[dict[str, Any]]) -> None:
        if not columns:
            return
        sql, _ = self._database.get_sql_context().sql(model.insert(**columns[0])).query()
        fields = [model._meta.fields[name] for name in columns[0]]
        order = [field.name for field in model._meta.sorted_fields if field in fields]
        values = [
            [model._meta.fields[name].db_value(row[name]) for name in order] for row in columns
        ]
        with translated(self.name):
            self._database.connection().executemany(sql, values)


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


def _event_columns(event: int, change: Change) -> dict[str, Any]:
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
    }


def _message_columns(event: int, change: Change) -> dict[str, Any]:
    return {
        "event": event,
        "ticket": change.ticket.number,
        "public": change.public,
        "body": change.brings.message,
    }
