"""The verbs of the desk: the only door through which a ticket changes.

Each verb opens one write transaction, re-reads the ticket, asks the gate and records what
follows, or refuses in a sentence and leaves everything as it was. `seen` is the version that the
caller's screen showed; where the ticket has changed since, the verb is a Conflict that tells how.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress

from deskconsole.calendar import today
from deskconsole.desk import acts, canned
from deskconsole.desk.minding import Minding
from deskconsole.desk.news import told
from deskconsole.desk.outcome import Outcome, TakenBack
from deskconsole.desk.public import public
from deskconsole.desk.replay import replayed
from deskconsole.desk.undo import REACH, stacks, take_back
from deskconsole.errors import BadInput, Conflict, DeskError, Refused, StoreDown
from deskconsole.frozen import changed
from deskconsole.lifecycle.access import Right
from deskconsole.lifecycle.gate import (
    Case,
    Choice,
    Move,
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
    Dossier,
    Event,
    Person,
    Policy,
    Priority,
    Role,
    Status,
    Step,
    Ticket,
    Verb,
)
from deskconsole.records import clean_tags, cleaned
from deskconsole.store.around import read_dossier, watchers
from deskconsole.text import clean_line

_TITLE_LENGTH = 20_000
MESSAGE_LENGTH = 1_000_000
_ACTS_LOOKED_AT = 5000  # events
_PAST = {Verb.UNDO: "undone", Verb.REDO: "redone"}


class Desk(Minding):
    """One desk over its store, by one clock (a function that gives the aware instant of now)."""

    def canned_for(
        self, by: Actor, ticket: Ticket | None, verb: Verb, target: Status
    ) -> list[Canned]:
        """Every canned text, filled in for an act of `verb` that ends in `target`, nearest first.

        Without a ticket, as in a new one, the placeholders stay to be seen.
        """
        texts = canned.nearest_first(self.store.canned(), ticket)
        values = canned.values(self._case(by, ticket), verb, target) if ticket else {}
        return [changed(text, body=canned.fill(text.body, values)) for text in texts]

    def filled(self, by: Actor, number: int, text: str, verb: Verb, target: Status) -> str:
        """`text` with its placeholders filled in for such an act on this ticket."""
        case = self._case(by, self.store.ticket(number))
        return canned.fill(text, canned.values(case, verb, target))

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
        self.may(by, Right.NEW)
        brings = checked(Brings(title=title, message=message, priority=priority, tags=tags))
        with self.store.writing():
            reporter = self._customer(email, name)
            if by.role is Role.CUSTOMER and by.person != reporter:
                raise Refused(f"{by.name} may open tickets of their own; leave {email} to them")
            return self._open(by, reporter, brings)

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
        self.may(by, Right.MOVE)
        brings = checked(brings or Brings())

        def act(case: Case) -> tuple[Change, ...]:
            rule = rule_for(case.ticket.status, target)
            if rule is None:
                raise Refused(no_way(case.ticket, target))
            changes = acts.move(case, Move(rule.verb, target, brings))
            self._known_team(case.policy, brings)
            self._known_engineer(brings)
            if brings.until and brings.until < today(case.now, case.policy.timezone):
                raise acts.Incomplete(f"{brings.until} is past; give a later day", ("until",))
            return changes

        return self._change(by, number, act, seen)

    def _known_team(self, policy: Policy, brings: Brings) -> None:
        if brings.team and policy.teams and brings.team not in policy.teams:
            raise acts.Incomplete(
                f"there is no team {brings.team!r}; the teams are {', '.join(policy.teams)}",
                ("team",),
            )

    def _known_engineer(self, brings: Brings) -> None:
        if brings.engineer:
            self.colleague(brings.engineer, Role.ENGINEER)

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

        def act(case: Case) -> tuple[Change, ...]:
            changes = acts.step(case, kind, given)
            self._known_engineer(given)
            return changes

        return self._change(by, number, act, seen)

    def reply(self, by: Actor, number: int, message: str, seen: int | None = None) -> Ticket:
        """A public message to the customer."""
        brings = checked(Brings(message=message))
        return self._change(by, number, lambda case: acts.reply(case, brings), seen)

    def note(self, by: Actor, number: int, message: str, minutes: int | None = None) -> Ticket:
        """An internal note, with the time spent; it overwrites nothing, so it asks for no version.

        `minutes` is as `calendar.parse_minutes` gives it.
        """
        brings = checked(Brings(message=message, minutes=minutes))
        return self._change(by, number, lambda case: acts.note(case, brings))

    def assign(self, by: Actor, number: int, name: str, seen: int | None = None) -> Ticket:
        """Hand a ticket to somebody who works here, or to `nobody`."""
        name = clean_line(name)

        def act(case: Case) -> tuple[Change, ...]:
            self.may(by, Right.ASSIGN)  # before anything is said of a name
            someone = None if name == NOBODY else self.colleague(name)
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
        follows: int | None = None,
        duplicate_of: int | None = None,
        seen: int | None = None,
    ) -> Ticket:
        """Change title, priority, tags and relations; whatever is not given stays.

        `follows` and `duplicate_of` are ticket numbers, 0 for no ticket any more.
        """
        added, dropped = clean_tags(tag), set(clean_tags(untag))
        given = checked(
            Brings(title=title, priority=priority, follows=follows, duplicate_of=duplicate_of)
        )

        def act(case: Case) -> tuple[Change, ...]:
            had = case.ticket.tags
            tags = tuple(word for word in dict.fromkeys((*had, *added)) if word not in dropped)
            return acts.edit(case, changed(given, tags=tags if tags != had else None))

        return self._change(by, number, act, seen)

    def watch(self, by: Actor, number: int, name: str | None = None) -> list[Person]:
        """Let a member of staff watch a ticket, without `name` whoever acts; all who do then."""
        with self.store.writing():
            watcher = self._watcher(by, number, name)
            self.store.add_watchers([(number, watcher)])
            return watchers(self.store, number)

    def unwatch(self, by: Actor, number: int, name: str | None = None) -> list[Person]:
        """The same, watching it no more; all who still do."""
        with self.store.writing():
            watcher = self._watcher(by, number, name)
            self.store.drop_watcher(number, watcher)
            return watchers(self.store, number)

    def _watcher(self, by: Actor, number: int, name: str | None) -> Person:
        self.store.ticket(number)
        self.may(by, Right.WATCH)
        assert by.person is not None  # those who may are people
        return by.person if name is None else self.member(name)

    def receive(
        self,
        number: int,
        email: str,
        message: str,
        *,
        name: str | None = None,
        approve: bool = False,
        automatic: bool = False,
        handed_in: Actor = CLOCK,
    ) -> Ticket:
        """A customer's message by any channel; the ticket it ended up in, maybe a new one.

        `handed_in` is by whom, if not by a channel of the desk's own: a customer their own words,
        about tickets of their own.
        """
        self.may(handed_in, Right.RECEIVE)
        brings = checked(Brings(message=message, automatic=automatic, approve=approve))
        with self.store.writing():
            before = self.ticket(handed_in, number)
            person = self._customer(email, name)
            if handed_in.role is Role.CUSTOMER and handed_in.person != person:
                raise Refused(f"{handed_in.name} may hand in their own words; leave {email} theirs")
            by = Actor(person, Role.CUSTOMER)
            case = self._case(by, before)
            if received_as(case, approve=approve, automatic=automatic) is Verb.OPEN:
                if not brings.message:
                    raise acts.Incomplete("a customer's message needs its text", ("message",))
                again = changed(
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
        self.may(by, Right.TAKE_BACK)
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
        return self._record(before, take_back(case, verb, nth, history))

    # Asking

    def ticket(self, by: Actor, number: int) -> Ticket:
        """A ticket for whoever asks about it; Refused where a customer asks for somebody else's."""
        ticket = self.store.ticket(number)
        if by.role is Role.CUSTOMER and by.person != ticket.reporter:
            raise Refused(f"{ticket.ref} is somebody else's; a customer has tickets of their own")
        return ticket

    def dossier(self, by: Actor, number: int) -> Dossier:
        """All there is on a ticket; for its customer only what they wrote or were written."""
        with self.store.reading():
            self.ticket(by, number)
            dossier = read_dossier(self.store, number)
        if by.role is Role.CUSTOMER:
            return public(dossier)
        self.may(by, Right.LOOK)
        return dossier

    def choices(self, by: Actor, ticket: Ticket, *, elsewhere: bool = False) -> tuple[Choice, ...]:
        """All nine statuses for a ticket as it was read: which can be reached, and why not.

        Or which can be `elsewhere`, in the role that somebody was found to have, where this desk is
        only looked at.
        """
        case = self._case(by, ticket)
        return choices(changed(case, by=by) if elsewhere else case)

    def refuse_illegal(self, by: Actor, number: int, target: Status) -> None:
        """Refused if the ticket cannot go to `target` whatever it brings; NotFound without it."""
        self.may(by, Right.MOVE)
        stop = self.choices(by, self.ticket(by, number))[target.number - 1].refusal
        if stop is not None:
            raise acts.as_error(stop)

    def _case(self, by: Actor, ticket: Ticket) -> Case:
        # A clock that was set back does not make anything happen before what happened already.
        now = max(self.clock(), self.store.event_time(ticket.version))
        return Case(ticket, self.as_now(by), now, self.store.policy())

    def _change(
        self,
        by: Actor,
        number: int,
        act: Callable[[Case], tuple[Change, ...]],
        seen: int | None = None,
    ) -> Ticket:
        with self.store.writing():
            before = self.ticket(by, number)
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
            self._relate(ticket, change.ticket)
            ticket = self.store.put(change, ticket)
        return ticket

    def _relate(self, before: Ticket, ticket: Ticket) -> None:
        """Refuse a new relation to a ticket that is not there, and a circle of duplicates."""
        if ticket.follows is not None and ticket.follows != before.follows:
            self.store.ticket(ticket.follows)
        original = None if ticket.duplicate_of == before.duplicate_of else ticket.duplicate_of
        while original is not None:
            other = self.store.ticket(original)
            if other.duplicate_of == ticket.number:
                raise BadInput(f"{other.ref} is itself a duplicate of {ticket.ref}")
            original = other.duplicate_of


class _DryRun(Exception):
    pass


def checked(brings: Brings) -> Brings:
    """What a verb is brought, cleaned; BadInput for words longer than anybody reads."""
    return measured(cleaned(brings))


def measured(brings: Brings) -> Brings:
    """What was cleaned already; BadInput for words longer than anybody reads."""
    if len(brings.title or "") > _TITLE_LENGTH:
        raise BadInput(f"a title has at most {_TITLE_LENGTH:,} characters; put more in a message")
    if len(brings.message or "") > MESSAGE_LENGTH:
        raise BadInput(f"a message has at most {MESSAGE_LENGTH:,} characters; shorten it")
    return brings
