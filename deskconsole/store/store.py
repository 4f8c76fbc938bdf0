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

from peewee import JOIN, fn

from deskconsole.calendar import local_zone
from deskconsole.errors import NotFound, StoreDown
from deskconsole.frozen import changed
from deskconsole.model import (
    FAR,
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
    ref,
)
from deskconsole.promises import promised_at
from deskconsole.store import rows
from deskconsole.store.compiled import Compiled, Given
from deskconsole.store.find import Condition
from deskconsole.store.household import Household, policy_settings
from deskconsole.store.places import read_places
from deskconsole.store.postgres import (
    is_server,
    look_postgres,
    open_postgres,
    peek_postgres,
    server_name,
)
from deskconsole.store.sqlite import look_sqlite, open_sqlite, peek_sqlite
from deskconsole.store.standing import LAST_EVENT, settled
from deskconsole.store.tables import (
    CloneRow,
    EventRow,
    MessageRow,
    PersonRow,
    TicketRow,
    WatcherRow,
)
from deskconsole.store.writes import (
    ADD_EVENT,
    ADD_MESSAGE,
    ADD_TICKET,
    DROP_CLONES,
    PUT_CLONE,
    set_ticket,
)

_OPEN = [status.slug for status in Status if not status.closed]
_PAGE = 500  # tickets fetched at a time where all are walked

_TICKET = Compiled(lambda: rows.tickets().where(TicketRow.id == Given("number")))
_SOME = Compiled(
    lambda: rows.tickets().where(TicketRow.id.in_(Given("numbers"))).order_by(TicketRow.id)
)
_NUMBER = Compiled(lambda: TicketRow.select(TicketRow.id).where(TicketRow.id == Given("number")))
_LAST_NUMBER = Compiled(lambda: TicketRow.select(fn.MAX(TicketRow.id)))
_NEXT_DEADLINE = Compiled(
    lambda: (
        TicketRow.select(TicketRow.deadline)
        .where(TicketRow.deadline.is_null(False))
        .order_by(TicketRow.deadline)
        .limit(1)
    )
)
_CLONES = Compiled(
    lambda: (
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
        .where(CloneRow.ticket.in_(Given("numbers")))
        .order_by(CloneRow.ticket, CloneRow.number)
    )
)
_NEXT_TEAM = Compiled(
    lambda: CloneRow.select(fn.MIN(CloneRow.team)).where(CloneRow.team > Given("team"))
)
_EVENT_TIME = Compiled(lambda: EventRow.select(EventRow.at).where(EventRow.id == Given("event")))
_TIMELINE = Compiled(
    lambda: (
        rows.events()
        .where((EventRow.ticket == Given("number")) & (EventRow.id > Given("after")))
        .order_by(EventRow.id)
    )
)
_EVENTS_AFTER = Compiled(
    lambda: (
        rows.events()
        .where(EventRow.id > Given("event"))
        .order_by(EventRow.id)
        .limit(Given("limit"))
    )
)
_EVENTS_BY = Compiled(
    lambda: (
        rows.events()
        .where((EventRow.actor == Given("person")) & (EventRow.at >= Given("since")))
        .order_by(EventRow.at.desc(), EventRow.id.desc())
        .limit(Given("limit"))
    )
)


def open_store(url: str) -> "Store":
    """The store of a desk named by a path, `sqlite:///path` or `postgresql://…/database`.

    StoreDown if it cannot be opened.
    """
    backend, made = open_postgres(url) if is_server(url) else open_sqlite(_path(url))
    store = Store(backend, store_name(url))
    try:
        with store.reading():
            settled(store)
            store.read_only = backend.read_only()
    except StoreDown:
        store.close()
        raise
    if made:
        with store.writing():
            for name, value in policy_settings(changed(Policy(), timezone=local_zone())).items():
                store.set_policy(name, value)
    return store


def look_store(url: str) -> "Store":
    """The store of a desk as it stands, opened so that it cannot be written.

    StoreDown if there is no desk that is up to date, or it cannot be reached.
    """
    store = Store(
        look_postgres(url) if is_server(url) else look_sqlite(_path(url)), store_name(url)
    )
    store.read_only = True
    try:
        with store.reading():
            settled(store)
    except StoreDown:
        store.close()
        raise
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


class Store(Household):
    """All of one desk: its household, its tickets and their log."""

    def ticket(self, number: int) -> Ticket:
        """The ticket, with its clones; NotFound if there is none of that number."""
        found = self.tickets(_TICKET, number=number)
        if not found:
            raise NotFound(f"there is no {ref(number)} on this desk")
        return found[0]

    def some(self, numbers: Iterable[int]) -> list[Ticket]:
        """The tickets of these numbers, by number; those that there are not are left out."""
        return self.tickets(_SOME, numbers=list(numbers))

    def has_ticket(self, number: int) -> bool:
        """Whether the number is taken."""
        return bool(self.select(_NUMBER, number=number))

    def last_number(self) -> int:
        """The highest ticket number so far, 0 on an empty desk."""
        return int(self.select(_LAST_NUMBER)[0][0] or 0)

    def listing(
        self,
        statuses: Iterable[Status],
        fits: Condition | None = None,
        order: Order = Order.ATTENTION,
    ) -> Iterator[Ticket]:
        """Tickets in these statuses, sorted as on the board, a page at a time."""
        for places in read_places(self, statuses, order, fits).values():
            for numbers in places.pages(_PAGE):
                tickets = {ticket.number: ticket for ticket in self.some(numbers)}
                yield from (tickets[number] for number in numbers if number in tickets)

    def numbers(
        self,
        statuses: Iterable[Status],
        closed_since: datetime,
        fits: Condition | None = None,
        span: tuple[Order, Key, Key] | None = None,
        limit: int = 1000,
    ) -> list[int]:
        """The numbers of the tickets that the board shows in these statuses, at most `limit`.

        With `span` only those whose keys in that order lie between the two keys, both included.
        """
        order = span[0] if span else Order.AGE
        found: list[int] = []
        with self.reading():
            for places in read_places(self, statuses, order, fits, closed_since).values():
                left = limit - len(found)
                found += places.between(*span[1:], left) if span else places.first(left)
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
        found = self.select(_NEXT_DEADLINE)
        return found[0][0] if found else None

    def teams(self) -> list[str]:
        """The teams that clones have gone to so far, by name."""
        teams: list[str] = []
        while found := self.select(_NEXT_TEAM, team=teams[-1] if teams else "")[0][0]:
            teams.append(found)
        return teams

    # The log

    def last_event(self) -> int:
        """The id of the newest event, 0 on an empty desk."""
        return int(self.select(LAST_EVENT)[0][0] or 0)

    def event_time(self, event: int) -> datetime:
        """When an event happened."""
        at: datetime = self.select(_EVENT_TIME, event=event)[0][0]
        return at

    def timeline(self, number: int, after: int = 0) -> list[Event]:
        """A ticket's events after event `after`, oldest first, each with its message."""
        return self._events(_TIMELINE, number=number, after=after)

    def events_after(self, event: int, limit: int = 1000) -> list[Event]:
        """What happened on the desk after event `event`, in commit order, at most `limit`."""
        return self._events(_EVENTS_AFTER, event=event, limit=limit)

    def events_by(self, person: Person, since: datetime, limit: int = 1000) -> list[Event]:
        """What a person did since then, newest first, at most `limit` events."""
        return self._events(_EVENTS_BY, person=person.id, since=since, limit=limit)

    def _events(self, query: rows.Query | Compiled, /, **given: Any) -> list[Event]:
        return [rows.event_record(*row) for row in self.select(query, **given)]

    def tickets(self, query: rows.Query | Compiled, /, **given: Any) -> list[Ticket]:
        """The tickets of a narrowed and ordered `rows.tickets` query, with their clones."""
        found = self.select(query, **given)
        clones = self.clones([row[0] for row in found])
        return [rows.ticket_record(row, clones.get(row[0], ())) for row in found]

    def clones(self, numbers: Sequence[int]) -> dict[int, tuple[Clone, ...]]:
        """The clones of these tickets, by ticket number."""
        if not numbers:
            return {}
        found: dict[int, list[Clone]] = defaultdict(list)
        for ticket, number, team, state, title, tracker, engineer in self.select(
            _CLONES, numbers=list(numbers)
        ):
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
            self._run(ADD_TICKET, id=ticket.number, **columns)
        else:
            had = rows.ticket_columns(before)
            other = {name: value for name, value in columns.items() if value != had[name]}
            self._run(set_ticket(*other), number=ticket.number, **other)
        self._put_clones(ticket, before.clones if before else ())
        self._act.begun = self._act.begun or ticket.version
        self._run(ADD_EVENT, **_event_columns(ticket.version, change, self._act.begun))
        if change.brings.message:
            self._run(ADD_MESSAGE, **_message_columns(ticket.version, change))
        return self._promise(ticket, change.at)

    def _promise(self, ticket: Ticket, now: datetime) -> Ticket:
        """Keep by when the next promise about a ticket is broken, as its log has it."""
        policy = self.policy()
        due = None
        if policy.targets and not ticket.status.closed:
            due = promised_at(ticket, self.timeline(ticket.number), policy, now)
        if due == ticket.promised_at:
            return ticket
        self._run(set_ticket("promised"), number=ticket.number, promised=due or FAR)
        return changed(ticket, promised_at=due)

    def promise_anew(self, now: datetime) -> None:
        """Work out again what is promised of every open ticket, under the policy of now."""
        self.take_time()
        last = 0
        while page := self.tickets(
            rows.tickets()
            .where((TicketRow.id > last) & TicketRow.status.in_(_OPEN))
            .order_by(TicketRow.id)
            .limit(_PAGE)
        ):
            for ticket in page:
                self._promise(ticket, now)
            last = page[-1].number

    def _put_clones(self, ticket: Ticket, had: tuple[Clone, ...]) -> None:
        if len(had) > len(ticket.clones):
            self._run(DROP_CLONES, number=ticket.number, last=len(ticket.clones))
        for clone in ticket.clones:
            if clone not in had:
                member = self.member(clone.engineer) if clone.engineer else None
                staff = {member.name: member} if member else {}
                self._run(PUT_CLONE, **_clone_columns(ticket.number, clone, staff))

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
        if self.policy().targets:
            at = {changes[-1].ticket.number: changes[-1].at for changes in histories}
            for ticket in self.some(at):
                self._promise(ticket, at[ticket.number])


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
