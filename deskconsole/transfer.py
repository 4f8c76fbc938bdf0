"""Import and export: a ticket a line, in JSON, with the events that made it what it is.

Import replays the events at their own times through the acts that the live desk uses, in one
transaction: the first line that is illegal, malformed or out of order undoes the whole file.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deskconsole.calendar import parse_instant
from deskconsole.desk import acts
from deskconsole.desk.desk import Desk, measured
from deskconsole.desk.household import email_address, login
from deskconsole.desk.replay import again
from deskconsole.errors import BadInput, DeskError, Refused
from deskconsole.frozen import changed
from deskconsole.import_fields import (
    ALONE_FIELDS,
    EVENT_FIELDS,
    OUTCOME,
    TICKET_FIELDS,
    check_event,
    check_standing,
)
from deskconsole.lifecycle.access import STAFF, Right
from deskconsole.lifecycle.gate import Case
from deskconsole.model import (
    CLOCK,
    NOBODY,
    Actor,
    Brings,
    Change,
    Dossier,
    Person,
    Policy,
    Role,
    Ticket,
    Verb,
    ref,
)
from deskconsole.records import (
    Json,
    brings_from,
    full_record,
    line,
    text_value,
    ticket_record,
)
from deskconsole.store.around import watched
from deskconsole.text import clean_line

_VERBS = {verb.value: verb for verb in Verb}
_ROLES = {role.value: role for role in Role}
_LAST_NUMBER = 999_999_999
_BATCH = 1000  # tickets written at a time


def export_lines(desk: Desk) -> Iterator[str]:
    """Every ticket of the desk by number, a line of JSON each, without its line break."""
    watchers = watched(desk.store)
    for ticket, events in desk.store.histories():
        dossier = Dossier(ticket, tuple(events), watchers.get(ticket.number, ()))
        yield json.dumps(full_record(dossier), ensure_ascii=False)


@dataclass
class Imported:
    """How many tickets and events a file brought."""

    tickets: int = 0
    events: int = 0


class _DryRun(Exception):
    pass


def import_lines(
    desk: Desk,
    by: Actor,
    lines: Iterable[str],
    *,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> Imported:
    """Import all lines or none, and the staff that they name; a lead's to do.

    Refused or BadInput names the line and the reason.
    `progress` is told each line as it is done. A dry run judges everything and keeps nothing.
    """
    desk.may(by, Right.IMPORT)
    done = Imported()
    try:
        with desk.store.writing():
            desk.store.defer_references()
            replay = _Replay(desk)
            batch: list[list[Change]] = []
            for number, text in enumerate(lines, start=1):
                if text.strip():
                    with _located(number):
                        changes = replay.line(text)
                        replay.named.update(dict.fromkeys(_named(changes), number))
                    batch.append(changes)
                    done.tickets += 1
                    done.events += len(changes)
                if len(batch) >= _BATCH:
                    replay.write(batch)
                    batch.clear()
                progress(text)
            replay.write(batch)
            desk.store.add_watchers(replay.watching)
            replay.check_named()
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return done


@contextmanager
def _located(number: int) -> Iterator[None]:
    """Name the line that an error is about."""
    try:
        yield
    except Refused as error:
        raise Refused(f"line {number}: {error}; nothing was imported") from None
    except DeskError as error:
        raise BadInput(f"line {number}: {error}; nothing was imported") from None


@dataclass
class _Replay:
    """The state of one import: numbers given out so far, and people by how they are named."""

    desk: Desk
    policy: Policy = field(init=False)
    now: datetime = field(init=False)
    before: int = field(init=False)  # the last number of the desk as it was
    last: int = field(init=False)
    last_person: int = field(init=False)
    taken: set[int] = field(default_factory=set)
    added: set[str] = field(default_factory=set)
    members: dict[str, Person] = field(default_factory=dict)
    customers: dict[str, Person] = field(default_factory=dict)
    newcomers: list[Person] = field(default_factory=list)  # who are not written yet
    watching: list[tuple[int, Person]] = field(default_factory=list)
    named: dict[int, int] = field(default_factory=dict)  # tickets that lines name, and which line
    duplicates: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        store = self.desk.store
        self.policy = store.policy()
        self.now = self.desk.clock()
        self.last = self.before = store.last_number()
        self.last_person = store.last_person()
        for person in store.people():
            if person.role is Role.CUSTOMER:
                self.customers[person.email or ""] = person
            else:
                self.members[person.name] = person

    def line(self, text: str) -> list[Change]:
        """The changes of one line; BadInput or Refused if it cannot be replayed."""
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"this is not JSON ({error})") from None
        if not isinstance(record, dict):
            raise BadInput("a line is one JSON object; this is something else")
        events = record.get("events", [])
        if not isinstance(events, list):
            raise BadInput("events is not a list")
        known = TICKET_FIELDS | OUTCOME | {"messages"} | (frozenset() if events else ALONE_FIELDS)
        for name in record:
            if name not in known:
                raise BadInput(f"unknown field {clean_line(name)!r}")
        number = self._number(record)
        reporter = self._reporter(record.get("reporter"))
        changes = (
            self._replayed(number, reporter, record, events)
            if events
            else [self._alone(number, reporter, record)]
        )
        ticket = changes[-1].ticket
        if events:
            self._check(record, ticket)
        if ticket.duplicate_of is not None:
            self.duplicates[number] = ticket.duplicate_of
        self.watching += [(number, person) for person in self._watchers(record)]
        self.taken.add(number)
        self.last = max(self.last, number)
        return changes

    def _number(self, record: Json) -> int:
        number = record.get("number")
        if number is None:
            if self.last >= _LAST_NUMBER:
                raise BadInput("there is no ticket number left on this desk")
            return self.last + 1
        if (
            not isinstance(number, int)
            or isinstance(number, bool)
            or not 0 < number <= _LAST_NUMBER
        ):
            raise BadInput(f"number: {number!r} is not a ticket number")
        if self._is_known(number):
            raise BadInput(
                f"{ref(number)} is on this desk already; leave the number out to be given one"
            )
        return number

    def _is_known(self, number: int) -> bool:
        older = number <= self.before and self.desk.store.has_ticket(number)
        return number in self.taken or older

    def _watchers(self, record: Json) -> list[Person]:
        names = record.get("watchers", [])
        if not isinstance(names, list):
            raise BadInput("watchers is not a list of logins")
        return [self._member(line(name)) for name in names]

    def check_named(self) -> None:
        """BadInput where a line names a ticket that never came, or duplicates go in a circle."""
        for number, at in self.named.items():
            with _located(at):
                if not self._is_known(number):
                    raise BadInput(f"it names {ref(number)}, which is not on this desk")
        for first in self.duplicates:
            seen, number = {first}, self.duplicates[first]
            while number in self.duplicates and number not in seen:
                seen.add(number)
                number = self.duplicates[number]
            if number in seen:
                raise BadInput(
                    f"{ref(number)} is a duplicate of itself by way of others; nothing was imported"
                )

    def _reporter(self, value: object) -> Person:
        if not isinstance(value, dict) or "email" not in value or value.keys() - {"name", "email"}:
            raise BadInput('reporter: give it as {"name": "Bob", "email": "bob@example.org"}')
        name = value.get("name")
        return self._customer(text_value(value["email"]), None if name is None else line(name))

    def _customer(self, email: str, name: str | None = None) -> Person:
        known = self.customers.get(email)
        if known is not None:
            return known
        address = email_address(email)
        if address not in self.customers:
            self.customers[address] = self._newcomer(name or address, address, Role.CUSTOMER)
        return self.customers[address]

    def _newcomer(self, name: str, email: str | None, role: Role) -> Person:
        self.last_person += 1
        self.newcomers.append(Person(self.last_person, name, email, role))
        return self.newcomers[-1]

    def write(self, histories: list[list[Change]]) -> None:
        """Write what was read, and who came to be known by it."""
        self._write_people()
        self.desk.store.put_histories(histories, self.members)

    def _write_people(self) -> None:
        self.desk.store.put_people(self.newcomers)
        self.newcomers.clear()

    def _member(self, name: str, role: Role = Role.TECHNICIAN) -> Person:
        if name not in self.members:
            self.members[name] = self._newcomer(login(name), None, role)
            self.added.add(name)
        only_named = name in self.added and self.members[name].role is Role.ENGINEER
        if only_named and role is not Role.ENGINEER:  # and now acts as more than an engineer
            self._write_people()
            self.desk.store.set_role(self.members[name], role)
            self.members[name] = changed(self.members[name], role=role)
        return self.members[name]

    def _actor(self, event: Json, reporter: Person) -> Actor:
        name, said = event.get("by"), event.get("as")
        if not isinstance(name, str) or not (name in self.members or name in self.customers):
            name = line(name)  # as those of whom we know are already
        if said is not None:
            return self._acting(name, said)
        if name == Role.CLOCK.value:
            return CLOCK
        if name in self.members:
            member = self._member(name)
            return Actor(member, member.role if member.role in STAFF else Role.TECHNICIAN)
        if name.lower() == reporter.email or name == reporter.name:
            return Actor(reporter, Role.CUSTOMER)
        if "@" in name:
            return Actor(self._customer(name), Role.CUSTOMER)
        return Actor(self._member(name), Role.TECHNICIAN)

    def _acting(self, name: str, said: object) -> Actor:
        """Who acted in the capacity that an export names."""
        role = _ROLES.get(said) if isinstance(said, str) else None
        if role is None:
            raise BadInput(f"as: {said!r} is no role; there are {', '.join(Role)}")
        if role is Role.CLOCK:
            return CLOCK
        if role is Role.CUSTOMER:
            return Actor(self._customer(name), role)
        member = self._member(name, Role.ENGINEER if role is Role.ENGINEER else Role.TECHNICIAN)
        return Actor(member, role)

    def _assignee(self, name: str | None) -> Person | None:
        return None if name is None or name == NOBODY else self._member(name)

    def _alone(self, number: int, reporter: Person, record: Json) -> Change:
        given = {
            name: value
            for name, value in record.items()
            if name
            not in ("number", "ref", "reporter", "watchers", "events", "at", "by", "messages")
            and value is not None
        }
        brings = measured(brings_from(given))
        at = self._time(record["at"]) if "at" in record else self.now
        by = self._actor({"by": record.get("by", reporter.email)}, reporter)
        return self._adopted(number, reporter, by, at, brings)

    def _adopted(
        self, number: int, reporter: Person, by: Actor, at: datetime, brings: Brings
    ) -> Change:
        check_standing(at, brings)
        if brings.engineer:
            self._member(brings.engineer, Role.ENGINEER)
        assignee = self._assignee(brings.assignee)
        return acts.adopt(number, reporter, by, at, brings, self.policy, assignee)

    def _replayed(
        self, number: int, reporter: Person, record: Json, events: list[Any]
    ) -> list[Change]:
        changes: list[Change] = []
        later = {
            name
            for event in events
            if isinstance(event, dict)
            for name, verbs in (("assignee", ("assign", "take")), ("follows", ("edit",)))
            if event.get("verb") in verbs and (name == "assignee" or event.get(name) is not None)
        }
        for index, event in enumerate(events, start=1):
            try:
                if not isinstance(event, dict):
                    raise BadInput("an event is a JSON object; this is something else")
                for name in ("at", "verb", "by"):
                    if name not in event:
                        raise BadInput(f"it has no {name!r}; an event has at, verb and by")
                verb = self._verb(event)
                at = self._time(event.get("at"))
                if changes and at < changes[-1].at:
                    raise BadInput("it is out of order: it happened before the event above it")
                by = self._actor(event, reporter)
                given = {
                    name: value
                    for name, value in event.items()
                    if value is not None and name not in EVENT_FIELDS
                }
                brings = measured(brings_from(given))
                if changes:
                    made = self._next(changes, verb, by, at, brings)
                else:
                    brings = _opening(record, brings, later)
                    made = (self._first(number, reporter, verb, by, at, brings),)
                check_event(verb, by, at, brings, given)
                changes += made
                _agrees(event, made[0] if made else changes[-1])
            except DeskError as error:
                said = event.get("verb") if isinstance(event, dict) else None
                named = f" ({clean_line(str(said))})" if said else ""
                raise type(error)(*_args(error, f"event {index}{named}: {error}")) from None
        return changes

    def _verb(self, event: Json) -> Verb:
        word = event.get("verb")
        if word == "take":
            event["assignee"] = event.get("by")
            return Verb.ASSIGN
        verb = _VERBS.get(word) if isinstance(word, str) else None
        if verb is None:
            raise BadInput(f"there is no verb {word!r}; there are {', '.join(Verb)}")
        return verb

    def _time(self, value: object) -> datetime:
        at = parse_instant(text_value(value))
        if at > self.now and at > self.desk.clock():
            raise BadInput(f"at: {value} lies in the future")
        return at

    def _first(
        self, number: int, reporter: Person, verb: Verb, by: Actor, at: datetime, brings: Brings
    ) -> Change:
        if verb is Verb.IMPORT:
            return self._adopted(number, reporter, by, at, brings)
        if verb is not Verb.OPEN:
            raise Refused(f"a ticket begins with open, not with {verb.value}")
        assignee = self._assignee(brings.assignee)
        return acts.open_ticket(number, reporter, by, at, brings, assignee)

    def _next(
        self, changes: list[Change], verb: Verb, by: Actor, at: datetime, brings: Brings
    ) -> tuple[Change, ...]:
        last = changes[-1]
        if brings.at_once:
            if last.verb is verb and last.brings.at_once:
                return ()  # the event above brought it about already
            raise Refused("nothing above it makes this happen at once")
        if brings.engineer:
            self._member(brings.engineer, Role.ENGINEER)
        case = Case(last.ticket, by, at, self.policy)
        made = again(case, verb, brings, self._assignee(brings.assignee), changes)
        if verb is not Verb.RECEIVE and made[0].verb is not verb:
            raise Refused(f"this is {made[0].verb.value} here, not {verb.value}")
        return made

    def _check(self, record: Json, ticket: Ticket) -> None:
        outcome = ticket_record(ticket)
        told = OUTCOME & record.keys()
        wrong = [name for name in told if record[name] != outcome[name]]
        if wrong:
            name = min(wrong)
            raise BadInput(
                f"{name} is given as {json.dumps(record[name])}, "
                f"but the events lead to {json.dumps(outcome[name])}"
            )


def _args(error: DeskError, sentence: str) -> tuple[Any, ...]:
    return (sentence, error.fields) if isinstance(error, acts.Incomplete) else (sentence,)


def _named(changes: list[Change]) -> set[int]:
    """The other tickets that a ticket names, now or once."""
    brought = [change.brings for change in changes]
    return {n for brings in brought for n in (brings.follows, brings.duplicate_of) if n}


def _opening(record: Json, brings: Brings, later: set[str]) -> Brings:
    """What the first event brings, completed by those of the ticket's own fields that no later
    event sets."""
    own = {
        name: record[name]
        for name in ("title", "priority", "tags", "assignee", "follows")
        if name not in later and getattr(brings, name) is None and record.get(name) is not None
    }
    if not own:
        return brings
    given = measured(brings_from(own))
    return changed(
        brings,
        title=brings.title if brings.title is not None else given.title,
        priority=given.priority if brings.priority is None else brings.priority,
        tags=given.tags if brings.tags is None else brings.tags,
        follows=given.follows if brings.follows is None else brings.follows,
        assignee=given.assignee if brings.assignee is None else brings.assignee,
    )


def _agrees(event: Json, change: Change) -> None:
    to = event.get("to")
    if to is not None and to != change.ticket.status.slug:
        raise Refused(f"it says {to!r}, but leads to {change.ticket.status.slug}")
