"""The verbs of the desk: the only door through which a ticket changes.

Each verb opens one write transaction, re-reads the ticket, asks the gate and records what
follows, or refuses in a sentence and leaves everything as it was. `seen` is the version that the
caller's screen showed; where the ticket has changed since, the verb is a Conflict that tells how.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from deskconsole.calendar import parse_period, parse_zone, today
from deskconsole.desk import acts, canned
from deskconsole.desk.news import told
from deskconsole.desk.outcome import Outcome, TakenBack
from deskconsole.desk.replay import replayed
from deskconsole.desk.undo import REACH, stacks
from deskconsole.errors import BadInput, Conflict, DeskError, NotFound, Refused, StoreDown
from deskconsole.lifecycle.gate import (
    Case,
    Choice,
    Move,
    a_role,
    choices,
    no_way,
    received_as,
    rule_for,
)
from deskconsole.model import (
    CLOCK,
    NOBODY,
    Actor,
    Brings,
    Canned,
    Change,
    Event,
    Order,
    Person,
    Policy,
    Priority,
    Role,
    Status,
    Step,
    Ticket,
    Verb,
    View,
)
from deskconsole.query import parse
from deskconsole.records import clean_tags, cleaned
from deskconsole.store.store import Store, parse_limits, policy_settings
from deskconsole.text import clean_line

_TITLE_LENGTH = 20_000
MESSAGE_LENGTH = 1_000_000
_NAME_LENGTH = 40
_ACTS_LOOKED_AT = 5000  # events
_PAST = {Verb.UNDO: "undone", Verb.REDO: "redone"}
RESERVED = frozenset({NOBODY, Role.CLOCK.value})


class Desk:
    """One desk over its store, by one clock (a function that gives the aware instant of now)."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.clock = clock

    # Who

    def enter(self, name: str) -> Actor:
        """Who acts under `name`: a login, or a customer's address.

        A login that the desk does not know joins it: the first of all as its lead, everybody
        after as a technician. NotFound for an address that nobody has written from.
        """
        name = clean_line(name)
        known = self.store.member(name) or self.store.correspondent(name.lower())
        if known is None:
            if "@" in name:
                raise NotFound(f"nobody has written to this desk from {name}; use a login name")
            with self.store.writing():
                known = self._join(name, Role.TECHNICIAN)
        return Actor(known, known.role)

    def _join(self, name: str, role: Role) -> Person:
        """The member of staff of this name, added where the desk does not know it."""
        name = clean_line(name)
        known = self.store.member(name)
        if known is not None:
            return known
        login(name)
        if role is Role.TECHNICIAN and not self._leads():
            role = Role.LEAD
        return self.store.add_person(name, None, role)

    def _customer(self, email: str, name: str | None = None) -> Person:
        address = email_address(email)
        known = self.store.correspondent(address)
        if known is not None:
            return known
        return self.store.add_person(clean_line(name or "") or address, address, Role.CUSTOMER)

    def _leads(self) -> list[Person]:
        return [person for person in self.store.staff() if person.role is Role.LEAD]

    def set_role(self, by: Actor, name: str, role: Role) -> Person:
        """Give a member of staff a role, adding who is new; a lead's to do, where there is one.

        BadInput for a customer's role, or where it would leave the desk without a lead.
        """
        if by.role is not Role.LEAD and self._leads():
            raise Refused(f"{a_role(by.role)} may not give roles; ask a lead to")
        if role in (Role.CUSTOMER, Role.CLOCK):
            raise BadInput(f"{role.value} is no role to give; there are technician, engineer, lead")
        with self.store.writing():
            person = self._join(name, role)
            if role is not Role.LEAD and self._leads() == [person]:
                raise BadInput(f"{person.name} is the only lead; make somebody else one first")
            self.store.set_role(person, role)
        return replace(person, role=role)

    # Saved views

    def keep_view(self, by: Actor, name: str, query: str, order: Order) -> View:
        """Save a view for everybody, in place of its namesake; QueryError for a wrong query."""
        self._only_staff(by, "save views")
        name = clean_line(name)
        if not name or len(name) > _NAME_LENGTH:
            raise BadInput(f"a view needs a name of at most {_NAME_LENGTH} characters")
        view = View(name, clean_line(query), order)
        parse(view.query, today(self.clock(), self.store.policy().timezone))
        with self.store.writing():
            self.store.put_view(view)
        return view

    def drop_view(self, by: Actor, name: str) -> None:
        """Forget a view for everybody."""
        self._only_staff(by, "drop views")
        with self.store.writing():
            self.store.drop_view(self.view(name).name)

    def view(self, name: str) -> View:
        """The saved view of this name; NotFound names those there are."""
        views = self.store.views()
        for view in views:
            if view.name == clean_line(name):
                return view
        known = ", ".join(view.name for view in views) or "none yet"
        raise NotFound(f"there is no view {clean_line(name)!r}; there are: {known}")

    def begin_with(self, by: Actor, name: str | None) -> None:
        """Let one's console begin with a view; None for everything."""
        self._only_staff(by, "have a first view")
        assert by.person is not None  # the clock is no staff
        with self.store.writing():
            self.store.set_first_view(by.person, self.view(name).name if name else None)

    def _only_staff(self, by: Actor, phrase: str) -> None:
        if by.role not in acts.STAFF:
            raise Refused(f"{a_role(by.role)} may not {phrase}; that is for those who work here")

    # Policy

    def set_policy(self, by: Actor, name: str, value: str) -> Policy:
        """Set one policy by its name, in words ('5 days'); deadlines already armed stay."""
        if by.role not in acts.DESK_ROLES:
            raise Refused(f"{a_role(by.role)} may not set policy; ask a lead to")
        if name not in policy_settings(Policy()):
            names = ", ".join(policy_settings(Policy()))
            raise BadInput(f"there is no policy {clean_line(name)!r}; there are {names}")
        if name == "timezone":
            value = parse_zone(clean_line(value))
        elif name == "teams":
            names_given = [clean_line(team) for team in value.split(",")]
            value = ", ".join(dict.fromkeys(team for team in names_given if team))
        elif name == "limits":
            value = ", ".join(str(limit) for limit in parse_limits(clean_line(value)))
        else:
            value = str(parse_period(value))
        with self.store.writing():
            self.store.set_policy(name, value)
        return self.store.policy()

    # Canned texts

    def keep_canned(self, by: Actor, name: str, body: str, team: str = "") -> Canned:
        """Keep a text to be written again, in place of the one of this team and name."""
        self._may_write(by)
        with self.store.writing():
            text = canned.clean_canned(team, name, body, self.store.policy())
            self.store.keep_canned(text)
        return text

    def drop_canned(self, by: Actor, name: str, team: str = "") -> None:
        """Drop a canned text; NotFound says where else one of this name is."""
        self._may_write(by)
        with self.store.writing():
            text = self.canned(name, team)
            self.store.drop_canned(text.team, text.name)

    def _may_write(self, by: Actor) -> None:
        if by.role not in acts.DESK_ROLES:
            raise Refused(f"{a_role(by.role)} may not change canned texts; ask a technician to")

    def canned(self, name: str, team: str = "") -> Canned:
        """The canned text of this team and name; NotFound says where else one of this name is."""
        return canned.find(self.store.canned(), clean_line(name), clean_line(team))

    def canned_for(
        self, by: Actor, ticket: Ticket | None, verb: Verb, target: Status
    ) -> list[Canned]:
        """Every canned text, filled in for an act of `verb` that ends in `target`, nearest first.

        Without a ticket, as in a new one, the placeholders stay to be seen.
        """
        texts = canned.nearest_first(self.store.canned(), ticket)
        values = canned.values(self._case(by, ticket), verb, target) if ticket else {}
        return [replace(text, body=canned.fill(text.body, values)) for text in texts]

    # Tickets

    def open(
        self,
        by: Actor,
        title: str,
        email: str,
        *,
        name: str | None = None,
        message: str | None = None,
        priority: Priority = Priority.NORMAL,
        tags: tuple[str, ...] = (),
    ) -> Ticket:
        """A new ticket reported by whoever has the address `email`."""
        brings = checked(Brings(title=title, message=message, priority=priority, tags=tags))
        with self.store.writing():
            return self._open(by, self._customer(email, name), brings)

    def _open(self, by: Actor, reporter: Person, brings: Brings) -> Ticket:
        number = self.store.last_number() + 1
        change = acts.open_ticket(number, reporter, by, self.clock(), brings)
        return self.store.put(change, None)

    def move(
        self,
        by: Actor,
        number: int,
        target: Status,
        brings: Brings | None = None,
        seen: int | None = None,
    ) -> Ticket:
        """Move a ticket by the one verb that leads from its status to `target`."""
        brings = checked(brings or Brings())

        def act(case: Case) -> tuple[Change, ...]:
            rule = rule_for(case.ticket.status, target)
            if rule is None:
                raise Refused(no_way(case.ticket, target))
            if by.role is Role.CUSTOMER and by.person != case.ticket.reporter:
                raise Refused(f"{case.ticket.ref} is somebody else's; its reporter moves it")
            changes = acts.move(case, Move(rule.verb, target, brings))
            self._known_team(case.policy, brings)
            return changes

        return self._change(by, number, act, seen)

    def _known_team(self, policy: Policy, brings: Brings) -> None:
        if brings.team and policy.teams and brings.team not in policy.teams:
            raise acts.Incomplete(
                f"there is no team {brings.team!r}; the teams are {', '.join(policy.teams)}",
                ("team",),
            )

    def step(
        self,
        by: Actor,
        number: int,
        kind: Step,
        brings: Brings | None = None,
        seen: int | None = None,
    ) -> Ticket:
        """A step in the life of one of the ticket's clones; the ticket follows it."""
        given = checked(brings or Brings())
        return self._change(by, number, lambda case: acts.step(case, kind, given), seen)

    def reply(self, by: Actor, number: int, message: str, seen: int | None = None) -> Ticket:
        """A public message to the customer."""
        brings = checked(Brings(message=message))
        return self._change(by, number, lambda case: acts.reply(case, brings), seen)

    def note(self, by: Actor, number: int, message: str) -> Ticket:
        """An internal note; it overwrites nothing, so it asks for no version."""
        brings = checked(Brings(message=message))
        return self._change(by, number, lambda case: acts.note(case, brings))

    def assign(self, by: Actor, number: int, name: str, seen: int | None = None) -> Ticket:
        """Hand a ticket to a member of staff, who joins the desk if new, or to `nobody`."""
        name = clean_line(name)

        def act(case: Case) -> tuple[Change, ...]:
            someone = None if name == NOBODY else self._join(name, Role.TECHNICIAN)
            return acts.assign(case, Brings(), someone)

        return self._change(by, number, act, seen)

    def take(self, by: Actor, number: int, seen: int | None = None) -> Ticket:
        """Assign a ticket to oneself."""
        return self._change(by, number, lambda case: acts.assign(case, Brings(), by.person), seen)

    def edit(
        self,
        by: Actor,
        number: int,
        *,
        title: str | None = None,
        priority: Priority | None = None,
        tag: tuple[str, ...] = (),
        untag: tuple[str, ...] = (),
        seen: int | None = None,
    ) -> Ticket:
        """Change title, priority and tags; whatever is not given stays."""
        added, dropped = clean_tags(tag), set(clean_tags(untag))
        given = checked(Brings(title=title, priority=priority))

        def act(case: Case) -> tuple[Change, ...]:
            had = case.ticket.tags
            tags = tuple(word for word in dict.fromkeys((*had, *added)) if word not in dropped)
            return acts.edit(case, replace(given, tags=tags if tags != had else None))

        return self._change(by, number, act, seen)

    def receive(
        self,
        number: int,
        email: str,
        message: str,
        *,
        name: str | None = None,
        approve: bool = False,
        automatic: bool = False,
    ) -> Ticket:
        """A customer's message by any channel; the ticket it ended up in, maybe a new one."""
        brings = checked(Brings(message=message, automatic=automatic, approve=approve))
        with self.store.writing():
            before = self.store.ticket(number)
            person = self._customer(email, name)
            by = Actor(person, Role.CUSTOMER)
            case = self._case(by, before)
            if received_as(case, approve=approve, automatic=automatic) is Verb.OPEN:
                if not brings.message:
                    raise acts.Incomplete("a customer's message needs its text", ("message",))
                again = replace(
                    brings, title=before.title, priority=before.priority, follows=number
                )
                return self._open(by, person, again)
            return self._record(before, acts.receive(case, brings))

    def expire(self, number: int) -> Ticket:
        """The clock's move on one ticket; Refused unless its deadline has passed by now."""
        return self._change(CLOCK, number, lambda case: acts.move(case, acts.expiry(case.ticket)))

    # Many at once, and back again

    def many(
        self,
        seen: Mapping[int, int | None],
        verb: Callable[[int, int | None], Ticket],
        *,
        dry_run: bool = False,
    ) -> tuple[Outcome, ...]:
        """One act on many tickets: what is legal is done, and every ticket's outcome told.

        `seen` has their numbers, each with the version that was looked at; `verb` is one of this
        desk's, such as `lambda number, seen: desk.take(me, number, seen)`. A dry run says what
        would happen and keeps nothing.
        """
        outcomes: list[Outcome] = []
        with suppress(_DryRun), self.store.writing():
            for number, version in seen.items():
                outcomes.append(self._one_of_many(number, version, verb))
            if dry_run:
                raise _DryRun
        return tuple(outcomes)

    def _one_of_many(
        self, number: int, seen: int | None, verb: Callable[[int, int | None], Ticket]
    ) -> Outcome:
        try:
            with self.store.writing():
                return Outcome(number, verb(number, seen), None)
        except StoreDown:
            raise
        except DeskError as error:
            return Outcome(number, None, error)

    def undo(self, by: Actor) -> TakenBack:
        """Take one's own last act back, on every ticket of it where that can be done.

        Refused if there is none, or if it can be done on none of its tickets.
        """
        return self._take_back(by, Verb.UNDO)

    def redo(self, by: Actor) -> TakenBack:
        """Do again what one's own last undo took back; Refused as `undo` is."""
        return self._take_back(by, Verb.REDO)

    def _take_back(self, by: Actor, verb: Verb) -> TakenBack:
        with self.store.writing():
            mine = (
                self.store.events_by(by.person, self.clock() - REACH, _ACTS_LOOKED_AT)
                if by.person
                else []
            )
            act = ([], *stacks(mine)[verb is Verb.REDO])[-1]
            if not act:
                raise Refused(f"you did nothing in the last day that could be {_PAST[verb]}")
            began: dict[int, Event] = {}
            for event in act:
                began.setdefault(event.ticket, event)
            outcomes = self.many(
                dict.fromkeys(began),
                lambda number, _: self._taken_back(by, verb, began[number]),
            )
            if all(outcome.error for outcome in outcomes):
                raise outcomes[0].error or AssertionError("an act has a ticket")
        return TakenBack(act[0].brings.undone or act[0].verb, outcomes)

    def _taken_back(self, by: Actor, verb: Verb, began: Event) -> Ticket:
        before = self.store.ticket(began.ticket)
        events = self.store.timeline(began.ticket)
        case = self._case(by, before)
        history = replayed(before, events, case.policy, self.store.member)
        nth = 1 + [event.id for event in events].index(began.id)
        return self._record(before, acts.take_back(case, verb, nth, history))

    # Asking

    def choices(self, by: Actor, ticket: Ticket) -> tuple[Choice, ...]:
        """All nine statuses for a ticket as it was read: which can be reached, and why not."""
        return choices(self._case(by, ticket))

    def refuse_illegal(self, by: Actor, number: int, target: Status) -> None:
        """Refused if the ticket cannot go to `target` whatever it brings; NotFound without it."""
        stop = self.choices(by, self.store.ticket(number))[target.number - 1].refusal
        if stop is not None:
            raise acts.as_error(stop)

    def _case(self, by: Actor, ticket: Ticket) -> Case:
        # A clock that was set back does not make anything happen before what happened already.
        now = max(self.clock(), self.store.event_time(ticket.version))
        return Case(ticket, by, now, self.store.policy())

    def _change(
        self,
        by: Actor,
        number: int,
        act: Callable[[Case], tuple[Change, ...]],
        seen: int | None = None,
    ) -> Ticket:
        with self.store.writing():
            before = self.store.ticket(number)
            if seen is not None and seen != before.version:
                raise Conflict(self._since(before, seen), before.version)
            return self._record(before, act(self._case(by, before)))

    def _since(self, ticket: Ticket, seen: int) -> str:
        events = self.store.timeline(ticket.number, after=seen)
        what = "; ".join(told(event) for event in events[-3:])
        return f"{ticket.ref} has changed since you looked: {what}; look again before you go on"

    def _record(self, before: Ticket, changes: tuple[Change, ...]) -> Ticket:
        ticket = before
        for change in changes:
            for clone in change.ticket.clones:
                if clone.engineer and clone not in ticket.clones:
                    self._join(clone.engineer, Role.ENGINEER)
            ticket = self.store.put(change, ticket)
        return ticket


class _DryRun(Exception):
    pass


def login(text: str) -> str:
    """A name that a member of staff may have; BadInput if it is none."""
    name = clean_line(text)
    if not name or name.lower() in RESERVED or "@" in name:
        raise BadInput(f"{name!r} cannot be the name of somebody who works here; give a login")
    return name


def email_address(text: str) -> str:
    """An e-mail address in lower case; BadInput if it is none."""
    address = clean_line(text).lower()
    name, at, domain = address.partition("@")
    if not (name and at and domain) or " " in address or "@" in domain:
        raise BadInput(
            f"{clean_line(text)!r} is not an e-mail address; write one as ana@example.org"
        )
    return address


def checked(brings: Brings) -> Brings:
    """What a verb is brought, cleaned; BadInput for words longer than anybody reads."""
    clean = cleaned(brings)
    if len(clean.title or "") > _TITLE_LENGTH:
        raise BadInput(f"a title has at most {_TITLE_LENGTH:,} characters; put more in a message")
    if len(clean.message or "") > MESSAGE_LENGTH:
        raise BadInput(f"a message has at most {MESSAGE_LENGTH:,} characters; shorten it")
    return clean
